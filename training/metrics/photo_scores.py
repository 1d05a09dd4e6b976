"""Scores that need the photos themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.images import read_image
from training.data import DataError
from training.metrics.clip_score import clip_score
from training.metrics.measured import MeanOf
from training.metrics.predictions import Prediction

_AT_ONCE = 32
"""Photos in memory."""


def clip_scores(predictions: Sequence[Prediction], network: str) -> MeanOf:
    """vi-CLIPScore and vi-RefCLIPScore of every picture.

    Args:
        predictions: with their photos.
        network: see ``engine.backbones.load_text_image``.

    Raises:
        DataError: there are captions without photos.
        ModelError: the network cannot be used.
        ImageError: a photo cannot be read.
    """
    photos = [item.image for item in predictions if item.image is not None]
    if len(photos) < len(predictions):
        raise DataError("vi-CLIPScore looks at the photos, and a file of predictions has none: use --model.")
    from engine.backbones import load_text_image  # torch, which no other score needs

    judge = load_text_image(network)
    vectors = [
        judge.images([read_image(photo) for photo in photos[start : start + _AT_ONCE]])
        for start in range(0, len(photos), _AT_ONCE)
    ]
    return clip_score([item.scored for item in predictions], np.concatenate(vectors), judge)
