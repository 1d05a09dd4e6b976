"""Does the model say the same of the middle of the picture? Where it does not, it was guessing."""

from __future__ import annotations

from collections import Counter

import numpy as np

from engine.contract import Pixels


def middle(image: Pixels, share: float) -> Pixels:
    """The middle of a picture.

    Args:
        image: RGB, uint8, (H, W, 3).
        share: its sides as a share of the picture's, in (0, 1].

    Returns:
        C-contiguous, at least one pixel in size.
    """
    height, width = image.shape[:2]
    top, left = (round(side * (1.0 - share) / 2.0) for side in (height, width))
    return np.ascontiguousarray(image[top : height - top, left : width - left])


def agreement(text: str, other: str) -> float:
    """How alike two captions are, in [0, 1]: mean F1 of the syllables and pairs of syllables they share."""
    shares = [_f1(_grams(text, size), _grams(other, size)) for size in (1, 2)]
    return sum(shares) / len(shares)


def _grams(text: str, size: int) -> Counter[tuple[str, ...]]:
    syllables = text.casefold().split()
    return Counter(tuple(syllables[i : i + size]) for i in range(len(syllables) - size + 1))


def _f1(grams: Counter[tuple[str, ...]], others: Counter[tuple[str, ...]]) -> float:
    together = grams.total() + others.total()
    return 2 * (grams & others).total() / together if together else 1.0
