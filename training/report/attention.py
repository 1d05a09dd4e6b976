"""Where a model looks, laid over the photos. Needs torch and the model's ``model.safetensors``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch

from engine import checkpoint
from engine.contract import ModelMismatch, Pixels
from engine.nets.attention_maps import patch_attention
from engine.preprocess import normalise, resize
from training.report.pictures import overlay


class AttentionMaps:
    """Draws attention maps with a model's network.

    Args:
        path: a file written by ``engine.checkpoint``.

    Raises:
        CaptionError: the network cannot be loaded.
        ModelMismatch: it does not attend over a square of patches; the message says why.
    """

    def __init__(self, path: Path) -> None:
        self._network, config = checkpoint.load(path)
        self._preprocessing = config.preprocessing
        blank = torch.zeros(1, 3, config.preprocessing.size, config.preprocessing.size)
        patches = patch_attention(self._network, blank).shape[1]
        self._side = math.isqrt(patches)
        if patches == 1 or self._side**2 != patches:
            raise ModelMismatch(
                f"There is no attention to show: the encoder gives {patches} vectors, which are no square of "
                "patches."
            )

    def draw(self, pictures: Sequence[Pixels]) -> list[Pixels]:
        """Photos, RGB, uint8, (H, W, 3), each as the square the network saw with its map laid over it."""
        drawn = []
        for picture in pictures:
            square = resize(picture, self._preprocessing)
            tensor = torch.from_numpy(normalise(square, self._preprocessing)).unsqueeze(0)
            weights = patch_attention(self._network, tensor)[0].double().numpy()
            drawn.append(overlay(square, weights.reshape(self._side, self._side)))
        return drawn
