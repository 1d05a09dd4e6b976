"""Where a mapping network looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import softmax

from engine.checkpoint import build_network, save
from engine.contract import ModelMismatch
from engine.nets.attention_maps import patch_attention
from engine.nets.clipcap import ClipCap
from tests.tiny import tiny_config
from training.report import open_drawer
from training.report.attention import AttentionMaps
from training.report.pictures import overlay


def network_of(kind: str) -> ClipCap:
    torch.manual_seed(3)
    return build_network(tiny_config(kind)).eval()


@pytest.mark.parametrize("kind", ["resampler", "transformer"])
def test_attention_is_a_share_of_each_patch(kind: str) -> None:
    network = network_of(kind)
    weights = patch_attention(network, torch.rand(2, 3, 64, 64))
    assert weights.shape == (2, network.encoder.patches)
    assert weights.sum(dim=1).tolist() == pytest.approx([1, 1])
    assert not torch.allclose(weights[0], weights[1])


def test_attention_is_what_the_network_computes() -> None:
    """One layer with two heads, computed head by head from its weights."""
    network = network_of("resampler")
    images = torch.rand(1, 3, 64, 64)
    weights = patch_attention(network, images)[0]
    mapper = network.mapper
    with torch.inference_mode():
        patches = mapper.patches(network.standardise(network.encoder(images)))[0]
        look = mapper.layers[0].look
        query, key = look.query(look.norm(mapper.queries)), look.key_value(patches)[:, :32]
        heads = [
            softmax(query[:, part] @ key[:, part].T / 16**0.5, dim=-1) for part in (slice(16), slice(16, 32))
        ]
    expected = torch.stack(heads).mean(dim=(0, 1))
    assert torch.allclose(weights, expected, atol=1e-6)


def test_looking_changes_nothing() -> None:
    network = network_of("transformer")
    images = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        before = network(images)
        patch_attention(network, images)
        assert torch.equal(network(images), before)


def test_a_network_without_attention_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="MlpMapper"):
        patch_attention(network_of("mlp"), torch.rand(1, 3, 64, 64))
    save(network_of("mlp"), tiny_config("mlp"), tmp_path / "model.safetensors")
    assert "MlpMapper" in str(open_drawer(tmp_path / "model.safetensors"))


def test_maps_are_laid_over_what_the_network_saw(tmp_path: Path) -> None:
    save(network_of("resampler"), tiny_config("resampler"), tmp_path / "model.safetensors")
    drawer = open_drawer(tmp_path / "model.safetensors")
    assert isinstance(drawer, AttentionMaps)
    picture = np.random.default_rng(0).integers(0, 256, (50, 80, 3), dtype=np.uint8)
    [drawn] = drawer.draw([picture])
    assert drawn.shape == (64, 64, 3)
    assert drawn.dtype == np.uint8


def test_the_overlay_glows_where_most_attention_goes() -> None:
    picture = np.full((64, 64, 3), 100, np.uint8)
    attention = np.zeros((4, 4))
    attention[0, 0] = 1
    drawn = overlay(picture, attention)
    assert drawn[2, 2, 0] > 130
    assert (drawn[50:, 50:] == 45).all()
    assert (overlay(picture, np.ones((4, 4))) == 45).all()
