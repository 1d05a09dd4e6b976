"""What a recogniser finds, and what becomes of it: words with their places -> lines in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.capture.desktop import Area


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes:
        text: NFC, not empty, without white space.
        confidence: in [0, 1], the recogniser's own.
        area: in pixels of the picture.
    """

    text: str
    confidence: float
    area: Area


class LineKind(StrEnum):
    """What a line is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """Of a list, a menu, a row of buttons: its neighbours do not go on with its sentence."""
    ROW = "row"
    """Of a table; its cells are separated by semicolons."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is read in one go. The line breaks inside a paragraph are undone.

    Attributes:
        text: NFC, without line breaks.
        kind: what it is.
        area: in pixels of the picture.
    """

    text: str
    kind: LineKind
    area: Area


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a picture.

    Attributes:
        lines: in reading order; none for a picture without text.
        reader: name of the recogniser.
    """

    lines: tuple[Line, ...] = ()
    reader: str = ""

    @property
    def text(self) -> str:
        """The whole text, a line break after each line."""
        return "\n".join(line.text for line in self.lines)
