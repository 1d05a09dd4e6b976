"""Voices and readers that only write down what they were given."""

from __future__ import annotations

import threading
import wave
from collections.abc import Sequence
from pathlib import Path

from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo


class FakeVoice:
    """A ``VoiceEngine`` that reads as long as the test wants.

    Attributes:
        said: texts that were read to their end.
        begun: utterances that were begun.
        fault: what goes wrong, if anything.
        endless: a text is read until ``stop`` or ``finish``.
    """

    def __init__(self, name: str, *, online: bool = False, installed: bool = True) -> None:
        self.name, self.online, self.installed = name, online, installed
        self.said: list[str] = []
        self.begun: list[Utterance] = []
        self.fault: VoiceFault | None = None
        self.endless = False
        self._end = threading.Event()
        self._stopped = False

    def is_installed(self) -> bool:
        return self.installed

    def voices(self) -> Sequence[VoiceInfo]:
        return [VoiceInfo("vi", f"Giọng của {self.name}")]

    def speak(self, utterance: Utterance) -> None:
        self._stopped = False
        self._end.clear()
        self.begun.append(utterance)
        if self.fault:
            raise VoiceError("by order of the test", self.fault)
        if self.endless:
            assert self._end.wait(10), "nobody stopped the voice"
        if not self._stopped:
            self.said.append(utterance.text)

    def stop(self) -> None:
        self._stopped = True
        self._end.set()

    def finish(self) -> None:
        """Let the text that is being read come to its end."""
        self._end.set()

    def save(self, utterance: Utterance, path: Path) -> None:
        self.begun.append(utterance)
        if self.fault:
            raise VoiceError("by order of the test", self.fault)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16000, 0, "NONE", ""))
            file.writeframes(b"\x10\x20" * 1600)


class FakeReader:
    """A screen reader, or none of its parts.

    Attributes:
        said: what it was given.
        deaf: it takes nothing.
        stops: how often it was silenced.
    """

    name = "Fake"

    def __init__(self, *, hears_announcements: bool = True, has_channel: bool = True) -> None:
        self.hears_announcements, self.has_channel = hears_announcements, has_channel
        self.said: list[str] = []
        self.deaf = False
        self.stops = 0

    def present(self, text: str, *, urgent: bool) -> bool:
        if self.deaf or not self.has_channel:
            return False
        self.said.append(text)
        return True

    def stop(self) -> None:
        self.stops += 1


class FakeDisplay:
    """A braille display."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def show(self, text: str) -> bool:
        self.shown.append(text)
        return True
