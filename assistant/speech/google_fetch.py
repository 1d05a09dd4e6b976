"""What Google reads aloud, fetched: the requests of gTTS, sent with certificates checked.

gTTS 2.5 itself sends with ``verify=False``, so that anybody on the way could read the text and answer.
Its requests are made by its public ``get_bodies()``; they are sent and the answers read here.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from typing import TYPE_CHECKING

import numpy as np

from assistant.speech.sound_files import decode, encode_mp3
from assistant.speech.voice import VoiceError, VoiceFault

if TYPE_CHECKING:
    import requests

ENDPOINT = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"

LIMIT_S = 10.0
"""For all parts of a text together. A late answer is still kept for the next time."""

_CONNECT_S = 3.0
_READ_S = 5.0
"""Longest silence of the server within an answer."""

_CHUNK_BYTES = 65536
_LIMIT_BYTES = 4_000_000
"""Of one answer: 100 letters are about 100 kB, in base64."""

_OK = 200
_REFUSALS = (429, 503)
_SOUND = re.compile(rb'jQ1olc","\[\\"([^"\\]*)\\"\]')
"""The sound in an answer, in base64, as gTTS finds it."""


def fetch_mp3(text: str, *, slow: bool, endpoint: str = ENDPOINT) -> bytes:
    """Have Google read a text in Vietnamese. Proxies of the environment are honoured.

    Args:
        text: not empty; long texts go in several requests of at most 100 letters.
        slow: the slower of the two speeds there are.
        endpoint: where to send them.

    Returns:
        an MP3 file that was decoded once to prove it.

    Raises:
        VoiceError: ``OFFLINE``, ``TIMED_OUT``, ``RATE_LIMITED``, ``BAD_AUDIO`` or ``FAILED``.
    """
    import requests  # both come with gTTS; half of its memory is theirs
    import urllib3
    from gtts import gTTS

    until = time.monotonic() + LIMIT_S
    try:
        bodies = gTTS(text, lang="vi", slow=slow, lang_check=False).get_bodies()
    except AssertionError as exc:  # how gTTS reports a text of punctuation only
        raise VoiceError("the text has no words", VoiceFault.FAILED) from exc
    try:
        with requests.Session() as session:
            session.headers.update(gTTS.GOOGLE_TTS_HEADERS)
            parts = [_sound(_answer(session, endpoint, body, until)) for body in bodies]
    except (requests.RequestException, urllib3.exceptions.HTTPError) as exc:
        raise VoiceError(f"Google was not reached: {exc}", _fault(exc)) from exc
    return _joined(parts)


def _answer(session: requests.Session, endpoint: str, body: str | bytes, until: float) -> bytes:
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise VoiceError("Google took too long", VoiceFault.TIMED_OUT)
    timeouts = (min(_CONNECT_S, left_s), min(_READ_S, left_s))
    # A redirection leads to the riddle with which Google stops programs; the text is not sent there.
    with session.post(endpoint, body, timeout=timeouts, stream=True, allow_redirects=False) as response:
        if response.status_code in _REFUSALS or response.is_redirect:
            raise VoiceError(f"Google refuses: {response.status_code}", VoiceFault.RATE_LIMITED)
        if response.status_code != _OK:
            raise VoiceError(f"Google failed: {response.status_code}", VoiceFault.FAILED)
        answer = bytearray()
        # The time limit of requests starts anew with each byte; read1() returns what has come.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            answer += chunk
            if time.monotonic() > until or len(answer) > _LIMIT_BYTES:
                raise VoiceError("Google's answer has no end", VoiceFault.TIMED_OUT)
    return bytes(answer)


def _sound(answer: bytes) -> bytes:
    found = _SOUND.search(answer)
    if found is None:
        raise VoiceError("Google answered without a sound", VoiceFault.BAD_AUDIO)
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error as exc:
        raise VoiceError("Google's sound is cut", VoiceFault.BAD_AUDIO) from exc


def _joined(parts: list[bytes]) -> bytes:
    """One MP3 of several: put one after the other as bytes, players may stop after the first."""
    sounds = [decode(part) for part in parts]
    if len(parts) == 1:
        return parts[0]
    rate = sounds[0][1]
    if any(other != rate for _, other in sounds):
        raise VoiceError("Google's parts have different sample rates", VoiceFault.BAD_AUDIO)
    return encode_mp3(np.concatenate([samples for samples, _ in sounds]), rate)


def _fault(exc: Exception) -> VoiceFault:
    import requests
    import urllib3

    if isinstance(exc, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return VoiceFault.FAILED  # a certificate that is not Google's is no missing network
    if isinstance(exc, requests.Timeout | urllib3.exceptions.TimeoutError):
        return VoiceFault.TIMED_OUT
    if isinstance(exc, requests.ConnectionError | urllib3.exceptions.ProtocolError):
        return VoiceFault.OFFLINE
    return VoiceFault.FAILED
