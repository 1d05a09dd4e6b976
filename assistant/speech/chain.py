"""The program's own voices in a row: when one cannot read a text, the next one does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.speech.choice import Reading
from assistant.speech.voice import Utterance, VoiceEngine, VoiceError, VoiceFault

_log = logging.getLogger(__name__)

REST_S = 60.0
"""So long an engine that failed is asked last; each failure may have cost the person seconds."""


class VoiceChain:
    """Reads a text with the first engine that can.

    Args:
        engines: in the order of preference; those that are not installed are passed over.
        clock: seconds that only grow.

    Attributes:
        reading: the person's choice; may be replaced at any time.
    """

    def __init__(
        self, engines: Sequence[VoiceEngine], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.reading = Reading()
        self._engines, self._clock = tuple(engines), clock
        self._rests: dict[str, float] = {}
        self._speaking: VoiceEngine | None = None
        self._stopped = False

    def usable(self) -> list[VoiceEngine]:
        """Engines that may read now: the chosen one first, those that failed a moment ago last."""
        reading, now = self.reading, self._clock()
        allowed = [engine for engine in self._engines if reading.allow_online or not engine.online]
        # An online voice is somebody's choice, never a replacement.
        allowed = [engine for engine in allowed if not engine.online or engine.name == reading.engine]
        installed = [engine for engine in allowed if engine.is_installed()]
        return sorted(
            installed,
            key=lambda engine: (self._rests.get(engine.name, 0.0) > now, engine.name != reading.engine),
        )

    def speak(self, text: str) -> None:
        """Read a text to its end, or until ``stop``.

        Args:
            text: prepared for speech, not empty.

        Raises:
            VoiceError: no engine could; the fault is that of the last one.
        """
        self._stopped = False
        self._try(text, self._say)

    def save(self, text: str, path: Path) -> None:
        """Write a text's sound as a WAV file.

        Raises:
            VoiceError: as for ``speak``.
        """
        self._try(text, lambda engine, utterance: engine.save(utterance, path))

    def stop(self) -> None:
        """Be silent within 50 ms; from any thread."""
        self._stopped = True
        if speaking := self._speaking:
            speaking.stop()

    def _try(self, text: str, attempt: Callable[[VoiceEngine, Utterance], None]) -> None:
        problem = VoiceError("no voice is installed", VoiceFault.MISSING)
        for engine in self.usable():
            try:
                attempt(engine, self.reading.choice(engine.name).utterance(text))
            except VoiceError as exc:
                _log.info("%s could not read: %s", engine.name, exc)
                self._rests[engine.name] = self._clock() + REST_S
                problem = exc
            else:
                self._rests.pop(engine.name, None)
                return
        raise problem

    def _say(self, engine: VoiceEngine, utterance: Utterance) -> None:
        self._speaking = engine
        try:
            if not self._stopped:
                engine.speak(utterance)
        finally:
            self._speaking = None
