"""What every kind of global hotkeys does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

from assistant.hotkeys.chord import Action, Chord

Pressed = Callable[[Action], None]


class Refusal(StrEnum):
    """Why a chord is not a hotkey now; the values are keys of the messages ``hotkeys.refused-*``."""

    TAKEN = "taken"
    """Another program has it."""
    UNSUPPORTED = "unsupported"
    """The keyboard layout lacks the key, or the system does not accept the chord."""
    UNAVAILABLE = "unavailable"
    """The system's hotkey service cannot be reached."""


class HotkeyBackend(Protocol):
    """Global hotkeys of one platform.

    Attributes:
        name: for the log and ``doctor``.
    """

    name: str

    def start(self, chords: Mapping[Action, Chord], pressed: Pressed) -> Mapping[Action, Refusal]:
        """Take chords; those of an earlier start are let go first.

        Args:
            chords: the chord of each action that has one; no two alike.
            pressed: called once for each press, held or not, from any thread. It must return quickly and
                call neither ``start`` nor ``stop``.

        Returns:
            The actions whose chord was refused.
        """

    def stop(self) -> None:
        """Let go of all chords; ``pressed`` is not called any more. Harmless when nothing was started."""
