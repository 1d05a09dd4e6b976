"""What the settings window needs of the voices: which there are, and how they sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from assistant.speech.choice import VoiceChoice
from assistant.speech.voice import VoiceError, VoiceInfo

Listed: TypeAlias = Callable[[Sequence[VoiceInfo] | VoiceError], None]
"""Takes the voices of an engine, in the window's thread; called once."""

Tried: TypeAlias = Callable[[VoiceError | None], None]
"""Takes how a trial ended, in the window's thread; called once, ``None`` when it was heard or stopped."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """A voice engine of this computer.

    Attributes:
        name: as in the settings.
        online: texts leave this computer.
        installed: it can be tried.
    """

    name: str
    online: bool
    installed: bool


class VoiceTrials(Protocol):
    """Lists and tries voices; returns at once, the answer comes through a function."""

    def engines(self) -> Sequence[EngineInfo]:
        """Every engine that this system could have, in the order in which they are preferred."""

    def list_voices(self, engine: str, done: Listed) -> None:
        """Ask for the Vietnamese voices of an installed engine."""

    def try_voice(self, engine: str, choice: VoiceChoice, done: Tried) -> None:
        """Read a sample sentence; a trial that is still going on is cut short."""

    def stop(self) -> None:
        """Cut the trial short."""
