"""vi-CLIPScore and RefCLIPScore (Hessel et al. 2021) with a multilingual network.

The figures of different networks cannot be compared, and the network that judges should not be the one whose
encoder describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.metrics.measured import MeanOf
from training.metrics.sentences import Floats, Scored

DEFAULT_NETWORK = "open_clip:xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k"

_SCALE = 2.5
"""Hessel et al., §3: brings the cosines of CLIP to about [0, 1]. Kept for networks that are not theirs."""

NAMES = ("vi-CLIPScore", "vi-RefCLIPScore")


class Judge(Protocol):
    """Sentences -> vectors of length 1; ``engine.backbones.TextImage`` is one."""

    def texts(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """B sentences -> (B, W)."""


def clip_score(items: Sequence[Scored], pictures: NDArray[np.float32], judge: Judge) -> MeanOf:
    """Both scores of every picture.

    Args:
        items: sentences as they were written.
        pictures: (pictures, W), their vectors of length 1.
        judge: gives the sentences' vectors.
    """
    said = judge.texts([item.hypothesis for item in items])
    wanted = judge.texts([text for item in items for text in item.references])
    ends = np.cumsum([len(item.references) for item in items])
    nearest = np.array(
        [(vectors @ own).max() for own, vectors in zip(said, np.split(wanted, ends[:-1]), strict=True)],
        np.float64,
    ).clip(min=0)
    seen = _SCALE * np.einsum("pw,pw->p", pictures, said, dtype=np.float64).clip(min=0)
    return MeanOf(NAMES, np.stack((seen, _harmonic_mean(seen, nearest)), axis=1))


def _harmonic_mean(a: Floats, b: Floats) -> Floats:
    mean: Floats = 2 * a * b / np.maximum(a + b, np.finfo(float).tiny)
    return mean
