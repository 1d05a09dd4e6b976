"""Screen readers that cannot be given a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderWithoutChannel:
    """A reader that hears announcements of the focused window at best; see ``Reader``."""

    name: str
    hears_announcements: bool

    @property
    def has_channel(self) -> bool:
        """See ``Reader``."""
        return False

    def present(self, text: str, *, urgent: bool) -> bool:
        """See ``Reader``; nothing is ever taken."""
        return False

    def stop(self) -> None:
        """See ``Reader``; it is silenced with its own key."""


UNKNOWN_READER = ReaderWithoutChannel("screen reader", hears_announcements=True)
"""The system says that one is in use, and not which."""
