"""The recognisers there are, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.reading.reader import TextReader
from assistant.reading.tesseract import Tesseract


def text_readers() -> Sequence[TextReader]:
    """New readers for one picture, the best first."""
    return (Tesseract(),)
