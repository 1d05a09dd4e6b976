"""Which photo files cannot be read."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

_AT_ONCE = 64
"""Files a thread takes at a time."""

_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    MemoryError,
    Image.DecompressionBombError,
)
"""What Pillow raises at damaged headers, by format."""


def unreadable(files: Sequence[Path], *, thorough: bool = False) -> set[Path]:
    """The files that are no pictures.

    Args:
        files: to look at.
        thorough: decode them, which finds pictures that are cut off; otherwise the header is enough.
    """
    check = _decodes if thorough else _has_header
    parts = [files[start : start + _AT_ONCE] for start in range(0, len(files), _AT_ONCE)]

    def faulty(part: Sequence[Path]) -> list[Path]:
        return [file for file in part if not check(file)]

    # Filters belong to the process and not to a thread, so they are set around all threads.
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.simplefilter("ignore")  # odd metadata, large pictures: both can be used
        return {file for found in pool.map(faulty, parts) for file in found}


def _has_header(file: Path) -> bool:
    try:
        with Image.open(file) as picture:
            return picture.width > 0 and picture.height > 0
    except _FAULTS:
        return False


def _decodes(file: Path) -> bool:
    try:
        with Image.open(file) as picture:
            # All of a JPEG is read at an eighth of its size too, in a third of the time.
            picture.draft(None, (1, 1))
            picture.load()
    except _FAULTS:
        return False
    return True
