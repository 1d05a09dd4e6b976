"""speech-dispatcher, the speech service of Linux desktops, with whatever synthesizers it has there."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.environment import APP_NAME, program_path
from assistant.speech.espeak import REGIONS
from assistant.speech.programs import between, choose_voice, time_limit_s
from assistant.speech.ssip import ANSWER_S, Bell, EventKind, Refused, Rung, SsipClient, socket_path
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

_log = logging.getLogger(__name__)

_SPAWN_S = 5.0
_RETRY_S = 0.02
_BEGIN_S = 3.0
_SLOWEST, _FASTEST = 0.4, 3.0  # times the normal speed: what espeak-ng makes of RATE -100 and 100

_LETTERS_PER_SECOND = 200
_CLEAR_CASE = 20  # letters
"""No voice reads that fast: a longer text that ends sooner was thrown away. The daemon does so when its sound
output is open but does not take the sound."""


class SpeechDispatcher:
    """A ``VoiceEngine``: ``rate`` and ``pitch`` are the daemon's own -100 to 100.

    ``volume`` becomes its -100 to 100, the loudest. Each text has a connection of its own; a daemon that does
    not run is started. Ids of voices are "module/voice".
    """

    name = "speech-dispatcher"
    online = False

    def __init__(self) -> None:
        self._known: Sequence[VoiceInfo] = ()
        self._bell: Bell | None = None

    def is_installed(self) -> bool:
        """See ``VoiceEngine``."""
        return program_path(self.name) is not None

    def voices(self) -> Sequence[VoiceInfo]:
        """See ``VoiceEngine``; starts the daemon."""
        with contextlib.closing(Bell()) as bell, self._connected(bell) as client:
            self._known = _vietnamese_voices(client)
        return self._known

    def speak(self, utterance: Utterance) -> None:
        """See ``VoiceEngine``."""
        bell = self._bell = Bell()
        try:
            with self._connected(bell) as client:
                self._known = self._known or _vietnamese_voices(client)
                _set_up(client, utterance, choose_voice(self._known, utterance.voice, self.name))
                _read(client, utterance)
        except (Rung, VoiceError):
            if not bell.rung:
                raise
            _log.debug("speech-dispatcher was stopped")
        finally:
            self._bell = None
            bell.close()

    def stop(self) -> None:
        """See ``VoiceEngine``; what other programs say goes on."""
        if bell := self._bell:
            bell.ring()

    def save(self, utterance: Utterance, path: Path) -> None:
        """Not possible: the protocol has no way to get at the sound.

        Raises:
            VoiceError: FAILED, always.
        """
        raise VoiceError(
            "speech-dispatcher cannot write sound files; choose another voice", VoiceFault.FAILED
        )

    @contextlib.contextmanager
    def _connected(self, bell: Bell) -> Iterator[SsipClient]:
        try:
            with _connect(bell) as client:
                yield client
        except TimeoutError as exc:
            raise VoiceError(f"speech-dispatcher is stuck: {exc}", VoiceFault.TIMED_OUT) from exc
        except (OSError, Refused) as exc:
            raise VoiceError(f"speech-dispatcher failed: {exc}", VoiceFault.FAILED) from exc


def _connect(bell: Bell) -> SsipClient:
    path, name = socket_path(), f"{APP_NAME}:{APP_NAME}:voice"
    with contextlib.suppress(FileNotFoundError, ConnectionError):
        return SsipClient(path, bell, name)
    _spawn()
    deadline = time.monotonic() + ANSWER_S
    while True:
        # A daemon that is about to end may still hold the socket.
        try:
            return SsipClient(path, bell, name)
        except (FileNotFoundError, ConnectionError):
            if time.monotonic() > deadline:
                raise
        bell.wait(_RETRY_S)


def _spawn() -> None:
    _log.info("starting speech-dispatcher")
    silent = subprocess.DEVNULL  # the daemon would hold pipes open
    try:
        subprocess.run(
            ["speech-dispatcher", "--spawn"], stdin=silent, stdout=silent, stderr=silent,
            timeout=_SPAWN_S, check=False,
        )  # fmt: skip
    except FileNotFoundError as exc:
        raise VoiceError("speech-dispatcher is not installed", VoiceFault.MISSING) from exc
    except subprocess.TimeoutExpired as exc:
        raise VoiceError("speech-dispatcher does not start", VoiceFault.TIMED_OUT) from exc


def _vietnamese_voices(client: SsipClient) -> tuple[VoiceInfo, ...]:
    """Those of the module that the person's desktop uses come first.

    espeak-ng lists each voice a hundred times more, as NAME+VARIANT; these are left out.
    """
    own = client.output_module()
    voices = []
    for module in sorted(client.output_modules(), key=lambda module: module != own):
        client.set("OUTPUT_MODULE", module)
        for name, language in client.synthesis_voices():
            code = language.lower().replace("_", "-")
            if code.split("-")[0] == "vi" and "+" not in name:
                region = REGIONS.get(name.replace("_", " "), name)
                voices.append(VoiceInfo(f"{module}/{name}", f"{region} ({module})", code))
    return tuple(voices)


def _set_up(client: SsipClient, utterance: Utterance, voice: VoiceInfo) -> None:
    module, _, name = voice.id.partition("/")
    client.set("OUTPUT_MODULE", module)
    client.set("LANGUAGE", voice.language)
    client.set("SYNTHESIS_VOICE", name)
    client.set("RATE", utterance.rate)
    client.set("PITCH", utterance.pitch)
    client.set("VOLUME", 2 * utterance.volume - 100)
    client.set("PRIORITY", "MESSAGE")  # the default, TEXT, is cut short by other programs' texts
    for kind in EventKind:
        client.notify(kind)


def _read(client: SsipClient, utterance: Utterance) -> None:
    message = client.speak(utterance.text)
    try:
        _follow(client, message, utterance)
    except (Rung, TimeoutError):
        with contextlib.suppress(OSError, Refused):  # a daemon that hangs says nothing any more
            client.cancel()
        raise


def _follow(client: SsipClient, message: str, utterance: Utterance) -> None:
    """Wait until a message was read."""
    limit_s, began = _BEGIN_S, time.monotonic()
    while True:
        event = client.next_event(limit_s)
        if event.message != message:
            continue
        if event.kind == EventKind.BEGIN:
            speed = between(utterance.rate, _SLOWEST, 1, _FASTEST)
            limit_s, began = time_limit_s(utterance.text, speed), time.monotonic()
        elif event.kind == EventKind.CANCEL:
            _log.info("another program silenced speech-dispatcher")  # the person's wish, so no error
            return
        elif event.kind == EventKind.END:
            _check_pace(utterance.text, time.monotonic() - began)
            return


def _check_pace(text: str, seconds: float) -> None:
    letters = sum(map(str.isalnum, text))
    if letters >= _CLEAR_CASE and seconds < letters / _LETTERS_PER_SECOND:
        problem = f"speech-dispatcher was done with {letters} letters after {seconds:.3f} s"
        raise VoiceError(problem, VoiceFault.NO_SOUND)
