"""What a screen reader, or a braille display without one, can be asked for."""

from __future__ import annotations

from typing import Protocol


class Reader(Protocol):
    """A screen reader that is running. Methods may block for a moment: they are called beside the window."""

    @property
    def name(self) -> str:
        """For the log, ``doctor`` and the status of the program, such as "NVDA" or "Orca 43.1"."""

    @property
    def hears_announcements(self) -> bool:
        """Whether it reads announcement events of the window that has the focus."""

    @property
    def has_channel(self) -> bool:
        """Whether ``present`` can work; it reads, also in the background, what it is given there."""

    def present(self, text: str, *, urgent: bool) -> bool:
        """Speak a text and show it in braille.

        Args:
            text: NFC, not empty.
            urgent: interrupt what is being said.

        Returns:
            False when it certainly was not taken, so that somebody else may speak.
        """

    def stop(self) -> None:
        """Be silent, where the reader can be told."""


class BrailleDisplay(Protocol):
    """A braille display that can be written to without a screen reader."""

    def show(self, text: str) -> bool:
        """Show a text until the next one, or until the person moves on.

        Returns:
            False where there is no display, or somebody else holds it.
        """

    def close(self) -> None:
        """Give the display back."""
