"""What lies within a border of one colour: a frame, the bars of a film, the margins of a page."""

from __future__ import annotations

import numpy as np

from engine.contract import Pixels

_BORDER_RANGE = 8
"""Grey values a border may vary by in all; a clear sky varies by more."""

_BLUR_PX = 8
"""Pixels of the picture beside the edge that JPEG, in blocks of eight, and scaling mix with the border."""

_LEAST_PX = 24
"""Of the reduced picture, that must be left in each direction."""


def inner_part(grey: Pixels, factor: int) -> tuple[slice, slice]:
    """Rows and columns within the border; all, where hardly any would be left.

    Args:
        grey: grey values of the reduced picture, (H, W).
        factor: pixels of the picture to one of the reduced one.
    """
    everything = slice(0, grey.shape[0]), slice(0, grey.shape[1])
    blur = 1 + -(-_BLUR_PX // factor)
    rows = _within(grey.min(axis=1), grey.max(axis=1), blur)
    if rows.stop - rows.start < _LEAST_PX:
        return everything
    inside = grey[rows]
    columns = _within(inside.min(axis=0), inside.max(axis=0), blur)
    return everything if columns.stop - columns.start < _LEAST_PX else (rows, columns)


def _within(low: Pixels, high: Pixels, blur: int) -> slice:
    """The lines between the borders at both ends, given the smallest and largest value of each line."""
    before, after = _border(low, high), _border(low[::-1], high[::-1])
    start = before + blur if before else 0
    return slice(start, len(low) - (after + blur if after else 0))


def _border(low: Pixels, high: Pixels) -> int:
    """Lines from the first on that are, together, of one colour."""
    spread = np.maximum.accumulate(high) - np.minimum.accumulate(low)
    return int(np.searchsorted(spread, _BORDER_RANGE, side="right"))
