"""Lists and tries voices beside the window, for the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from assistant.speech.choice import VoiceChoice
from assistant.speech.spoken_text import spoken_text
from assistant.speech.trial import EngineInfo, Listed, Tried
from assistant.speech.voice import VoiceEngine, VoiceError, VoiceInfo

THREAD_NAME = "voice-trial"


class Trying(QObject):
    """``VoiceTrials`` with the real engines.

    Args:
        engines: their own instances: the app's voice may be reading meanwhile.
        sample: the sentence that is read.
        parent: keeps this object alive.
    """

    _answered = Signal(object, object)

    def __init__(self, engines: Sequence[VoiceEngine], sample: str, parent: QObject) -> None:
        super().__init__(parent)
        self._engines = {engine.name: engine for engine in engines}
        self._sample = sample
        self._lock = threading.Lock()
        self._trial = 0
        self._answered.connect(self._on_answered)

    def engines(self) -> Sequence[EngineInfo]:
        """See ``VoiceTrials``."""
        return [
            EngineInfo(engine.name, engine.online, engine.is_installed()) for engine in self._engines.values()
        ]

    def list_voices(self, engine: str, done: Listed) -> None:
        """See ``VoiceTrials``."""

        def work() -> Sequence[VoiceInfo] | VoiceError:
            try:
                return self._engines[engine].voices()
            except VoiceError as exc:
                return exc

        self._start(work, done)

    def try_voice(self, engine: str, choice: VoiceChoice, done: Tried) -> None:
        """See ``VoiceTrials``."""
        self.stop()
        trial = self._trial

        def work() -> VoiceError | None:
            with self._lock:  # until the trial before is silent
                if trial != self._trial:
                    return None
                try:
                    self._engines[engine].speak(choice.utterance(spoken_text(self._sample)))
                except VoiceError as exc:
                    return exc
                return None

        self._start(work, done)

    def stop(self) -> None:
        """See ``VoiceTrials``."""
        self._trial += 1
        for engine in self._engines.values():
            engine.stop()

    def _start(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        def run() -> None:
            result = work()
            if isValid(self):  # the program may be at its end
                self._answered.emit(done, result)

        threading.Thread(target=run, name=THREAD_NAME, daemon=True).start()

    def _on_answered(self, done: Callable[[object], None], result: object) -> None:
        done(result)
