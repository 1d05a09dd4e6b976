"""Preprocessing against torchvision's, which the encoders were trained with."""

from __future__ import annotations

import numpy as np
import pytest

from engine.config import Preprocessing
from engine.preprocess import normalise, preprocess, resize

RANDOM = np.random.default_rng(0).integers(0, 256, (100, 150, 3), np.uint8)


def test_squash_keeps_the_corners() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    image[:50, :100] = (255, 0, 0)
    image[50:, 100:] = (0, 0, 255)
    small = resize(image, Preprocessing(size=32))
    assert small.shape == (32, 32, 3)
    assert list(small[1, 1]) == [255, 0, 0]
    assert list(small[30, 30]) == [0, 0, 255]


def test_normalise_is_per_channel() -> None:
    options = Preprocessing(size=2, mean=(0.5, 0.25, 0.0), std=(0.5, 0.5, 1.0))
    values = normalise(np.full((2, 2, 3), 255, np.uint8), options)
    assert values.shape == (3, 2, 2)
    assert values[:, 0, 0] == pytest.approx([1.0, 1.5, 1.0], abs=1e-6)
    assert values.dtype == np.float32


def test_crop_equals_clip_preprocessing() -> None:
    """GIVEN CLIP's settings, THEN the result is that of its own transform, to rounding."""
    transforms = pytest.importorskip("torchvision.transforms")
    from PIL import Image

    mean, std = (0.481, 0.458, 0.408), (0.269, 0.261, 0.276)
    reference = transforms.Compose(
        [
            transforms.Resize(64, interpolation=transforms.InterpolationMode.BICUBIC),
            transforms.CenterCrop(64),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    ours = preprocess(RANDOM, Preprocessing(size=64, fit="crop", mean=mean, std=std))
    theirs = reference(Image.fromarray(RANDOM)).numpy()
    # Theirs scales and rounds before it cuts; one grey level is 0.015 here.
    assert np.abs(ours - theirs).max() < 0.05
