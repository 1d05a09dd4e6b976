"""Voices that are separate programs on this computer, the first usable one wins."""

from __future__ import annotations

import logging
import subprocess
from dataclasses import dataclass

from assistant.environment import program_path

_log = logging.getLogger(__name__)

TIME_LIMIT_S = 30.0
"""A caption takes a few seconds; a program that needs longer has no working sound device."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A program that reads Vietnamese text aloud.

    Attributes:
        name: for the log and ``doctor``.
        command: program and arguments; the text comes last.
    """

    name: str
    command: tuple[str, ...]

    def say(self, text: str) -> bool:
        """Read a text to its end.

        Returns:
            False when the program failed, for example without a sound device.
        """
        try:
            done = subprocess.run(
                [*self.command, text], capture_output=True, timeout=TIME_LIMIT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            _log.warning("%s could not speak: %s", self.name, exc)
            return False
        if done.returncode:
            _log.warning("%s could not speak: exit code %d", self.name, done.returncode)
        return done.returncode == 0


_VOICES = (
    Voice("spd-say", ("spd-say", "--wait", "--language", "vi", "--")),
    Voice("espeak-ng", ("espeak-ng", "-v", "vi", "--")),
    Voice("say", ("say", "-v", "Linh", "--")),
)


def find_voice() -> Voice | None:
    """The first voice whose program is installed; ``None`` when there is none."""
    for voice in _VOICES:
        if program_path(voice.command[0]):
            _log.info("speaking through %s", voice.name)
            return voice
    return None
