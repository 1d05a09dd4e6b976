"""Cached features equal computed ones, and are computed anew when anything they depend on changes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.nets.clipcap import ClipCap
from tests.tiny import tiny_config
from training.data import read_flickr8k_vi
from training.features import FeatureCache, fingerprint
from training.photos import CROP_SCALE, load_photos

OPTIONS = tiny_config().preprocessing


@pytest.fixture
def files(toy_data: Path) -> list[Path]:
    examples = read_flickr8k_vi(toy_data / "flickr8k-vi").examples
    return [example.image for example in examples[:20]]


def test_equal_to_the_encoder(tiny_network: ClipCap, files: list[Path], tmp_path: Path) -> None:
    cache = FeatureCache(tiny_network.encoder, OPTIONS, files, tmp_path)
    with torch.inference_mode():
        images = load_photos([files[17], files[2]], OPTIONS, flip=[False, True])
        expected = tiny_network.encoder(images)
    found = cache[[17, 2], [False, True]]
    assert torch.allclose(found, expected, atol=2e-3 * float(expected.abs().max()))


def test_found_again_and_never_stale(tiny_network: ClipCap, files: list[Path], tmp_path: Path) -> None:
    encoder = tiny_network.encoder
    first = fingerprint(encoder, OPTIONS, files)
    assert first == fingerprint(encoder, OPTIONS, files)
    assert first != fingerprint(encoder, replace(OPTIONS, size=96), files)
    assert first != fingerprint(encoder, OPTIONS, files[1:])
    weight = next(encoder.parameters())
    with torch.no_grad():
        weight.flatten()[0].add_(1)
    assert first != fingerprint(encoder, OPTIONS, files)
    with torch.no_grad():
        weight.flatten()[0].sub_(1)
    stat = files[0].stat()
    os.utime(files[0], ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert first != fingerprint(encoder, OPTIONS, files)


def test_a_stopped_run_leaves_no_half_cache(tiny_network: ClipCap, files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(Exception, match="gone"):
        FeatureCache(tiny_network.encoder, OPTIONS, [*files, tmp_path / "gone.jpg"], tmp_path)
    assert not list(tmp_path.glob("*.npy"))


def test_cuts_keep_most_of_the_photo(files: list[Path]) -> None:
    import numpy as np

    whole = load_photos(files[:4], OPTIONS)
    cut = load_photos(files[:4], OPTIONS, random=np.random.default_rng(0))
    again = load_photos(files[:4], OPTIONS, random=np.random.default_rng(0))
    assert cut.shape == whole.shape
    assert torch.equal(cut, again)
    assert not torch.equal(cut, whole)
    assert 0 < CROP_SCALE[0] < CROP_SCALE[1] <= 1
