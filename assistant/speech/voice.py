"""What every voice of the program's own can do, whichever program or service stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class VoiceFault(StrEnum):
    """Why a voice did not speak; the values are keys of the messages ``voice-error.*``."""

    MISSING = "missing"
    NO_SOUND = "no-sound"
    TIMED_OUT = "timed-out"
    OFFLINE = "offline"
    RATE_LIMITED = "rate-limited"
    BAD_AUDIO = "bad-audio"
    UNKNOWN_VOICE = "unknown-voice"
    NOT_WRITABLE = "not-writable"
    FAILED = "failed"


class VoiceError(Exception):
    """A voice could not do what was asked of it; another one may.

    Attributes:
        fault: what the sentence for the person is chosen by.
    """

    def __init__(self, message: str, fault: VoiceFault) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One voice of an engine.

    Attributes:
        id: what the engine calls it.
        name: what the person reads.
        language: BCP 47 tag, such as "vi" or "vi-VN".
    """

    id: str
    name: str
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text and how it is to be read.

    Attributes:
        text: prepared for speech, NFC, not empty.
        voice: id of one of the engine's voices; empty takes its Vietnamese default.
        rate: speed in percent of the way from the engine's normal (0) to its fastest (100) or slowest (-100).
        pitch: likewise, highest (100) to lowest (-100).
        volume: 0 to 100 percent of the engine's loudest.
    """

    text: str
    voice: str = ""
    rate: int = 0
    pitch: int = 0
    volume: int = 100


class VoiceEngine(Protocol):
    """One way to make a voice heard. Methods block: they are called beside the window's thread."""

    @property
    def name(self) -> str:
        """How it is called in settings, on the command line and in the log."""

    @property
    def online(self) -> bool:
        """Whether texts leave this computer."""

    def is_installed(self) -> bool:
        """Whether what it needs is on this computer; quick, starts nothing."""

    def voices(self) -> Sequence[VoiceInfo]:
        """The Vietnamese voices, the default first.

        Raises:
            VoiceError: they cannot be listed.
        """

    def speak(self, utterance: Utterance) -> None:
        """Read a text to its end, or until ``stop``.

        Raises:
            VoiceError: nothing, or not all of it, was heard.
        """

    def stop(self) -> None:
        """Be silent within 50 ms; from any thread, at any time. ``speak`` then returns without an error."""

    def save(self, utterance: Utterance, path: Path) -> None:
        """Write a text's sound as a WAV file (16-bit PCM).

        Raises:
            VoiceError: it cannot be made or written.
        """
