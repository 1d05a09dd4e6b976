"""Small JPEGs inside a page."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.contract import Pixels

_LONGEST_PX = 320
_QUALITY = 72

_GLOW = (255, 60, 0)
"""Colour of what is looked at."""


def thumbnail(image: Pixels) -> str:
    """A picture, RGB, uint8, (H, W, 3), as a ``data:`` address of a small JPEG."""
    picture = Image.fromarray(image)
    picture.thumbnail((_LONGEST_PX, _LONGEST_PX))
    with io.BytesIO() as stream:
        picture.save(stream, "JPEG", quality=_QUALITY, optimize=True)
        data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f"data:image/jpeg;base64,{data}"


def overlay(image: Pixels, attention: NDArray[np.float64]) -> Pixels:
    """Lay a map over a picture: dark where little attention goes, glowing where most does.

    Args:
        image: RGB, uint8, (S, S, 3), as the network saw it.
        attention: (rows, columns), not negative.

    Returns:
        RGB, uint8, (S, S, 3).
    """
    spread = attention.max() - attention.min()
    scaled = (attention - attention.min()) / spread if spread > 0 else np.zeros_like(attention)
    size = (image.shape[1], image.shape[0])
    fine = Image.fromarray((scaled * 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    weight = np.asarray(fine, np.float64)[..., None] / 255
    mixed = image * (0.45 + 0.35 * weight) + np.array(_GLOW) * 0.35 * weight
    return mixed.clip(0, 255).astype(np.uint8)
