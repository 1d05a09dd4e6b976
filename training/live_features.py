"""Features of photos from an encoder that is trained: computed anew in each step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from engine.config import Preprocessing
from engine.nets.clipcap import ClipCap
from training.batches import StepRandom
from training.photos import load_photos

_CUT = 2
"""Tells the draw for cutting a photo from that for mirroring it."""


class LiveFeatures:
    """Runs the encoder in each step, with gradients for those of its parameters that are trained.

    Args:
        network: of which the encoder is used.
        preprocessing: pixels -> encoder input.
        files: the photos; features are asked for by position in this list.
        augment: cut the photos at random.
    """

    def __init__(
        self, network: ClipCap, preprocessing: Preprocessing, files: Sequence[Path], *, augment: bool
    ) -> None:
        self._network, self._augment = network, augment
        self._preprocessing, self._files = preprocessing, files

    def __call__(self, photos: Sequence[int], mirrored: Sequence[bool], random: StepRandom) -> Tensor:
        """See ``training.objectives.PhotoFeatures``."""
        files = [self._files[photo] for photo in photos]
        boxes = random.uniform(photos, 4, _CUT) if self._augment else None
        images = load_photos(files, self._preprocessing, flip=mirrored, boxes=boxes).to(self._network.device)
        features: Tensor = self._network.encoder(images.contiguous(memory_format=torch.channels_last))
        return features
