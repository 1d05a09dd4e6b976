"""Words with places, typed by hand: what a recogniser would find on a page."""

from __future__ import annotations

from assistant.capture.desktop import Area
from assistant.reading.page import Word

LETTER_PX, HEIGHT_PX, SPACE_PX = 8, 14, 5


def row(text: str, left: int, top: int, *, height: int = HEIGHT_PX, confidence: float = 0.95) -> list[Word]:
    """The words of a line, from its upper left corner on."""
    words = []
    letter = LETTER_PX * height // HEIGHT_PX
    for word in text.split():
        words.append(Word(word, confidence, Area(left, top, letter * len(word), height)))
        left += letter * len(word) + SPACE_PX
    return words


def rows(texts: list[str], left: int, top: int, *, pitch: int = 20) -> list[Word]:
    """Lines below each other."""
    return [word for number, text in enumerate(texts) for word in row(text, left, top + number * pitch)]
