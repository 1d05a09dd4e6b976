"""What was found out about a picture."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.capture.picture import Picture
from engine import Caption


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """The answer to a wish.

    Attributes:
        picture: what was described or read.
        caption: the engine's answer; where only text was read, one without a caption.
        sentence: as it is said.
        text: everything that was found, where that is more than what is said; a line for each part.
    """

    picture: Picture
    caption: Caption
    sentence: str
    text: str = ""

    @property
    def shown(self) -> str:
        """What stands in the window."""
        return self.text or self.sentence
