"""A stand-in for the voices of a computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.speech.choice import VoiceChoice
from assistant.speech.trial import EngineInfo, Listed, Tried
from assistant.speech.voice import VoiceError, VoiceInfo

NORTH, SOUTH = VoiceInfo("vi", "Miền Bắc"), VoiceInfo("vi-vn-x-south", "Miền Nam")

ENGINES = (
    EngineInfo("piper", online=False, installed=False),
    EngineInfo("espeak-ng", online=False, installed=True),
    EngineInfo("speech-dispatcher", online=False, installed=True),
    EngineInfo("gtts", online=True, installed=True),
)


class FakeTrials:
    """Answers when the test says so, as the real one does when a thread is ready.

    Args:
        engines: of this computer.
        at_once: engine -> voices that need no waiting.

    Attributes:
        asked: engines whose voices were asked for, oldest first.
        tried: trials, oldest first.
        stops: how often it was told to be silent.
    """

    def __init__(
        self,
        engines: Sequence[EngineInfo] = ENGINES,
        at_once: Mapping[str, Sequence[VoiceInfo]] | None = None,
    ) -> None:
        self._engines, self._at_once = engines, at_once or {}
        self._listing: dict[str, Listed] = {}
        self._trials: list[Tried] = []
        self.asked: list[str] = []
        self.tried: list[tuple[str, VoiceChoice]] = []
        self.stops = 0

    def engines(self) -> Sequence[EngineInfo]:
        return self._engines

    def list_voices(self, engine: str, done: Listed) -> None:
        self._check(engine)
        assert engine not in self._listing, f"{engine} was asked twice at the same time"
        self.asked.append(engine)
        self._listing[engine] = done
        if engine in self._at_once:
            self.answer(engine, self._at_once[engine])

    def try_voice(self, engine: str, choice: VoiceChoice, done: Tried) -> None:
        self._check(engine)
        self.tried.append((engine, choice))
        self._trials.append(done)

    def stop(self) -> None:
        self.stops += 1

    def answer(self, engine: str, answer: Sequence[VoiceInfo] | VoiceError) -> None:
        """The list of an engine has come."""
        self._listing.pop(engine)(answer)

    def end_trial(self, error: VoiceError | None = None) -> None:
        """The oldest trial is over."""
        self._trials.pop(0)(error)

    def _check(self, engine: str) -> None:
        (info,) = [info for info in self._engines if info.name == engine]
        assert info.installed, f"{engine} is not installed"
