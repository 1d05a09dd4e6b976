"""What a caption is worth: CIDEr-D, and whether that is more than the median's."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from training.calibrate import Array
from training.data import Example
from training.metrics import CiderD
from training.normalise import normalise


def quality(texts: Sequence[str], examples: Sequence[Example]) -> list[float]:
    """CIDEr-D of each caption, with document frequencies of all references together.

    Args:
        texts: what the model says of each photo.
        examples: the photos, with references.
    """
    references = [[normalise(text).split() for text in example.captions] for example in examples]
    cider = CiderD.from_references(references)
    return [
        cider.score(normalise(text).split(), others) for text, others in zip(texts, references, strict=True)
    ]


def above_median(values: Sequence[float]) -> list[bool]:
    """Which values are above the median: what confidence is the probability of."""
    median = sorted(values)[len(values) // 2]
    return [value > median for value in values]


def normal_scores(values: Sequence[float]) -> Array:
    """Ranks as a normal distribution would have them: a few captions of very high CIDEr-D do not rule."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    normal = NormalDist()
    return np.array([normal.inv_cdf((rank + 0.5) / len(values)) for rank in ranks])
