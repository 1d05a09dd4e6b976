"""Looks at the pixels before any network does: a caption of nothing is confident nonsense.

First version: too small, black, uniform. Everything else is taken for a photo.
"""

from __future__ import annotations

import numpy as np

from engine.contract import Pixels, Verdict

MIN_SIDE_PX = 16
"""Icons and tracking pixels below this side hold nothing a sentence could tell."""

BLACK_LEVEL = 24
"""A screen curtain or a covered lens, with its noise, stays below this grey value (0-255)."""

UNIFORM_RANGE = 12
"""Grey values between the 0.1 and 99.9 percentile of an empty area, JPEG noise included."""

_SAMPLES_PER_SIDE = 256
"""Larger pictures are looked at on a grid of this many rows and columns: milliseconds, not tens."""


def examine(image: Pixels) -> Verdict:
    """Say what kind of picture this is.

    Args:
        image: RGB, uint8, shape (H, W, 3).

    Returns:
        The verdict; only ``PHOTO`` is worth describing.
    """
    height, width = image.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        return Verdict.TOO_SMALL
    rows = max(1, height // _SAMPLES_PER_SIDE)
    columns = max(1, width // _SAMPLES_PER_SIDE)
    sample = image[::rows, ::columns].reshape(-1, 3)
    low, high = np.percentile(sample, (0.1, 99.9), axis=0)
    if float(high.max()) < BLACK_LEVEL:
        return Verdict.BLACK
    if float((high - low).max()) < UNIFORM_RANGE:
        return Verdict.UNIFORM
    return Verdict.PHOTO
