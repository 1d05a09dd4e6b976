"""Pixels -> encoder input, on Pillow and numpy, exactly as in training."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.config import Preprocessing
from engine.contract import Floats, Pixels

_RESAMPLING = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}

_REDUCING_GAP = 2.0
"""Pictures more than twice too large are first shrunk by a whole number: several times faster than filtering
them at once, and the same to look at."""


def resize(image: Pixels, options: Preprocessing) -> Pixels:
    """Scale a picture to the encoder's square, antialiased.

    Args:
        image: RGB, uint8, (H, W, 3).
        options: size, fit and interpolation.

    Returns:
        RGB, uint8, (size, size, 3).
    """
    height, width = image.shape[:2]
    box = (0.0, 0.0, float(width), float(height))
    if options.fit == "crop":
        side = min(height, width)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
    picture = Image.fromarray(image).resize(
        (options.size, options.size),
        _RESAMPLING[options.interpolation],
        box=box,
        reducing_gap=_REDUCING_GAP,
    )
    return np.asarray(picture)


def normalise(image: Pixels, options: Preprocessing) -> Floats:
    """(size, size, 3) uint8 -> (3, size, size) float32, ``(value / 255 - mean) / std`` per channel."""
    mean = np.asarray(options.mean, np.float32)
    std = np.asarray(options.std, np.float32)
    scaled = image.astype(np.float32) * (1.0 / 255.0 / std) - mean / std
    return np.ascontiguousarray(scaled.transpose(2, 0, 1), dtype=np.float32)


def preprocess(image: Pixels, options: Preprocessing) -> Floats:
    """(H, W, 3) uint8 -> (3, size, size) float32."""
    return normalise(resize(image, options), options)
