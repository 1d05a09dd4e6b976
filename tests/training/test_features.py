"""Cached features equal computed ones, and are computed anew when anything they depend on changes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.nets.clipcap import ClipCap
from tests.tiny import tiny_config
from training.batches import StepRandom
from training.datasets import read_photos
from training.encoding import cuts
from training.features import FeatureCache, fingerprint
from training.photos import CROP_SCALE, load_photos

OPTIONS = tiny_config().preprocessing


@pytest.fixture
def files(toy_data: Path) -> list[Path]:
    return [example.image for example in read_photos(toy_data).examples[:20]]


def close(found: Tensor, expected: Tensor) -> bool:
    """To the precision of float16."""
    return torch.allclose(found, expected, atol=2e-3 * float(expected.abs().max()))


def test_equal_to_the_encoder(tiny_network: ClipCap, files: list[Path], tmp_path: Path) -> None:
    cache = FeatureCache(tiny_network.encoder, OPTIONS, files, tmp_path)
    with torch.inference_mode():
        expected = tiny_network.encoder(load_photos([files[17], files[2]], OPTIONS, flip=[False, True]))
    assert close(cache[[17, 2], [False, True]], expected)
    assert torch.equal(cache.draw([17, 2], [False, True], StepRandom(1)), cache[[17, 2], [False, True]])


def test_cuts_are_those_of_the_photos(tiny_network: ClipCap, files: list[Path], tmp_path: Path) -> None:
    """GIVEN two cuts of each photo, THEN each variant is the encoder's view of its cut, perhaps mirrored."""
    cache = FeatureCache(tiny_network.encoder, OPTIONS, files, tmp_path, crops=2)
    for photo, cut, mirrored in ((3, 1, False), (3, 2, True), (18, 2, False)):
        boxes = np.stack([cuts(photo, 2)[cut - 1]])
        with torch.inference_mode():
            expected = tiny_network.encoder(
                load_photos([files[photo]], OPTIONS, flip=[mirrored], boxes=boxes)
            )
        assert close(cache.variant([photo], [mirrored], [cut]), expected)
    views = [cache.variant([3], [side], [cut]) for cut in range(3) for side in (False, True)]
    assert not any(torch.equal(a, b) for i, a in enumerate(views) for b in views[:i])
    plain = FeatureCache(tiny_network.encoder, OPTIONS, files, tmp_path)
    assert torch.equal(plain[[5], [True]], cache[[5], [True]])


def test_whole_photos_and_cuts_are_drawn_alike(
    tiny_network: ClipCap, files: list[Path], tmp_path: Path
) -> None:
    cache = FeatureCache(tiny_network.encoder, OPTIONS, files, tmp_path, crops=2)
    photos, sides = list(range(20)), [False] * 20
    drawn = [cache.draw(photos, sides, StepRandom(step)) for step in range(30)]
    counts = [
        sum(
            torch.equal(step[photo], cache.variant([photo], [False], [cut])[0])
            for step in drawn
            for photo in photos
        )
        for cut in range(3)
    ]
    assert sum(counts) == 600
    assert min(counts) > 150
    assert torch.equal(
        cache.draw([4, 9], [True, False], StepRandom(8))[1], cache.draw([9], [False], StepRandom(8))[0]
    )


def test_found_again_and_never_stale(tiny_network: ClipCap, files: list[Path]) -> None:
    encoder = tiny_network.encoder
    first = fingerprint(encoder, OPTIONS, files)
    assert first == fingerprint(encoder, OPTIONS, files)
    assert first != fingerprint(encoder, replace(OPTIONS, size=96), files)
    assert first != fingerprint(encoder, OPTIONS, files[1:])
    assert first != fingerprint(encoder, OPTIONS, files, crops=1)
    weight = next(encoder.parameters())
    with torch.no_grad():
        weight.flatten()[0].add_(1)
    assert first != fingerprint(encoder, OPTIONS, files)
    with torch.no_grad():
        weight.flatten()[0].sub_(1)
    stat = files[0].stat()
    os.utime(files[0], ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert first != fingerprint(encoder, OPTIONS, files)


def test_cuts_keep_most_of_the_photo(files: list[Path]) -> None:
    whole = load_photos(files[:4], OPTIONS)
    cut = load_photos(files[:4], OPTIONS, boxes=np.random.default_rng(0).uniform(size=(4, 4)))
    again = load_photos(files[:4], OPTIONS, boxes=np.random.default_rng(0).uniform(size=(4, 4)))
    assert cut.shape == whole.shape
    assert torch.equal(cut, again)
    assert not torch.equal(cut, whole)
    assert 0 < CROP_SCALE[0] < CROP_SCALE[1] <= 1
