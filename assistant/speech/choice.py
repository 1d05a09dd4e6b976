"""Which voice reads, and how: the person's choice for each engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from assistant.settings import Settings
from assistant.speech.voice import Utterance


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """How one engine reads; the fields are those of ``Utterance``."""

    voice: str = ""
    rate: int = 0
    pitch: int = 0
    volume: int = 100

    def utterance(self, text: str) -> Utterance:
        """A text to be read this way."""
        return Utterance(text, self.voice, self.rate, self.pitch, self.volume)


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are to be read by the program's own voice.

    Attributes:
        engine: name of the engine that is tried first; empty leaves the order as it is.
        choices: engine -> how it reads; those without one read in their own way.
        allow_online: texts may be sent away.
        queue: a new text waits for the one being read.
    """

    engine: str = ""
    choices: Mapping[str, VoiceChoice] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    allow_online: bool = False
    queue: bool = False

    def choice(self, engine: str) -> VoiceChoice:
        """How an engine is to read."""
        return self.choices.get(engine, VoiceChoice())


def reading_of(settings: Settings) -> Reading:
    """The part of the settings that is about the own voice."""
    return Reading(
        engine=settings.voice_engine,
        choices={engine: VoiceChoice(**choice) for engine, choice in settings.voices.items()},  # type: ignore[arg-type]
        allow_online=settings.online_voice,
        queue=settings.queue_speech,
    )
