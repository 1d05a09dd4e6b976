"""Google's online voice, through gTTS: by the person's choice only, since texts leave the computer."""

from __future__ import annotations

import importlib.util
import logging
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from assistant.speech.google_fetch import ENDPOINT, LIMIT_S, fetch_mp3
from assistant.speech.sound_cache import SoundCache, sound_key
from assistant.speech.sound_files import SoundPlayer, decode, write_wav
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

FIRST_SOUND_S = 1.5
"""After this long without an answer another voice has to read."""

PAUSE_S = 60.0
"""So long nothing is asked of Google after it refused."""

_SLOW_BELOW = -33
"""Percent; gTTS has two speeds."""

_SILENCE_S = 0.05
_TICK_S = 0.005

_log = logging.getLogger(__name__)


class _Turn:
    """One call of ``speak``; the flags are written by one thread each."""

    def __init__(self) -> None:
        self.stopped = False
        self.playing = False
        self.ready = threading.Event()


class GoogleVoice:
    """Reads through Google and keeps what was read. Pitch cannot be chosen; there are two speeds.

    A request that comes too late goes on beside the caller, so that its answer is there the next time.

    Args:
        cache: where sounds are kept.
        player: makes them heard.
        endpoint: where requests are sent.
        clock: seconds that only grow, for the pause after a refusal.
    """

    name = "gtts"
    online = True

    def __init__(
        self,
        cache: SoundCache,
        player: SoundPlayer,
        *,
        endpoint: str = ENDPOINT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache, self._player, self._endpoint, self._clock = cache, player, endpoint, clock
        self._lock = threading.Lock()
        self._fetches: dict[str, Future[bytes]] = {}
        self._refused_until = float("-inf")
        self._turn: _Turn | None = None

    def is_installed(self) -> bool:
        """Whether gTTS and what checks its sounds are on this computer; the network is not tried."""
        return all(importlib.util.find_spec(package) for package in ("gtts", "soundfile"))

    def voices(self) -> list[VoiceInfo]:
        """The one voice there is."""
        return [VoiceInfo("vi", "Google")]

    def speak(self, utterance: Utterance) -> None:
        """Read a text to its end, or until ``stop``.

        Raises:
            VoiceError: no sound within ``FIRST_SOUND_S``, or what ``fetch_mp3`` and the player raise.
        """
        until = time.monotonic() + FIRST_SOUND_S
        turn = self._turn = _Turn()
        key = _key(utterance)
        sound = self._kept(key)
        if sound is None:
            fetch = self._fetch(key, utterance)
            fetch.add_done_callback(lambda _: turn.ready.set())
            turn.ready.wait(until - time.monotonic())
            if turn.stopped:
                return
            if not fetch.done():
                raise VoiceError(f"no sound within {FIRST_SOUND_S} s", VoiceFault.TIMED_OUT)
            sound = fetch.result()
        self._play(turn, key, sound, utterance.volume)

    def stop(self) -> None:
        """Be silent within 50 ms; from any thread, at any time."""
        turn = self._turn
        if turn is None:
            return
        turn.stopped = True
        turn.ready.set()
        # The player may be about to begin just now, when it does not know yet what to stop.
        until = time.monotonic() + _SILENCE_S
        while turn.playing and time.monotonic() < until:
            self._player.stop()
            time.sleep(_TICK_S)

    def save(self, utterance: Utterance, path: Path) -> None:
        """Write a text's sound as a WAV file (16-bit PCM).

        Raises:
            VoiceError: what ``fetch_mp3`` raises, or ``NOT_WRITABLE``.
        """
        key = _key(utterance)
        sound = self._kept(key)
        if sound is None:
            try:
                sound = self._fetch(key, utterance).result(LIMIT_S)
            except TimeoutError as exc:
                raise VoiceError(f"no sound within {LIMIT_S} s", VoiceFault.TIMED_OUT) from exc
        write_wav(path, *decode(sound))

    def _kept(self, key: str) -> bytes | None:
        """A sound that was fetched before; a damaged one is forgotten."""
        path = self._cache.find(key)
        if path is None:
            return None
        try:
            sound = path.read_bytes()
            decode(sound)
        except (OSError, VoiceError) as exc:
            _log.info("a kept sound is damaged: %s", exc)
            self._cache.discard(key)
            return None
        return sound

    def _fetch(self, key: str, utterance: Utterance) -> Future[bytes]:
        with self._lock:
            if running := self._fetches.get(key):
                return running
            if self._clock() < self._refused_until:
                raise VoiceError("Google refused a moment ago", VoiceFault.RATE_LIMITED)
            fetch = self._fetches[key] = Future[bytes]()
        # A daemon: the program does not wait for Google when it ends.
        threading.Thread(target=self._run, args=(fetch, key, utterance), name="gtts", daemon=True).start()
        return fetch

    def _run(self, fetch: Future[bytes], key: str, utterance: Utterance) -> None:
        try:
            sound = fetch_mp3(utterance.text, slow=_is_slow(utterance), endpoint=self._endpoint)
            self._cache.put(key, sound)
            fetch.set_result(sound)
        except VoiceError as exc:
            if exc.fault is VoiceFault.RATE_LIMITED:
                self._refused_until = self._clock() + PAUSE_S
            fetch.set_exception(exc)
        except Exception as exc:  # the edge of a thread: whoever waits must hear of it
            _log.exception("fetching from Google failed")
            fetch.set_exception(VoiceError(f"fetching failed: {exc}", VoiceFault.FAILED))
        finally:
            with self._lock:
                del self._fetches[key]

    def _play(self, turn: _Turn, key: str, sound: bytes, volume: int) -> None:
        turn.playing = True
        try:
            if path := self._cache.find(key):
                self._play_file(turn, path, volume)
                return
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                path = Path(folder) / "speech.mp3"
                path.write_bytes(sound)
                self._play_file(turn, path, volume)
        except OSError as exc:
            raise VoiceError(f"the sound cannot be stored: {exc}", VoiceFault.NOT_WRITABLE) from exc
        finally:
            turn.playing = False

    def _play_file(self, turn: _Turn, path: Path, volume: int) -> None:
        if not turn.stopped:
            self._player.play(path, volume)


def _is_slow(utterance: Utterance) -> bool:
    return utterance.rate < _SLOW_BELOW


def _key(utterance: Utterance) -> str:
    return sound_key(GoogleVoice.name, "vi", "slow" if _is_slow(utterance) else "normal", utterance.text)
