"""Low-rank changes: nothing at first, merged at the end, stored apart beside a frozen language model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine import checkpoint
from engine.checkpoint import build_network
from engine.config import ModelConfig
from engine.contract import ModelMismatch
from engine.nets.clipcap import ClipCap
from tests.tiny import tiny_config
from training.freezing import freeze_all_but
from training.lora import add_lora, finish_lora, merged
from training.recipe import Lora

pytestmark = pytest.mark.slow

TOKENS = torch.tensor([[3, 4, 5]])


@pytest.fixture
def network() -> ClipCap:
    torch.manual_seed(0)
    return build_network(tiny_config()).eval()


def logits(network: ClipCap) -> torch.Tensor:
    prefix = torch.randn(1, 3, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return network.logits(prefix, TOKENS)


def learned(network: ClipCap, seed: int = 0) -> torch.Tensor:
    """Give the changes some values, as training would; returns the logits with them."""
    add_lora(network, Lora(rank=2, alpha=6.0))
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in freeze_all_but(network, ("lora",)).items():
        assert ".lora_" in name
        with torch.no_grad():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
    return logits(network)


def test_untrained_changes_change_nothing(network: ClipCap) -> None:
    before = logits(network)
    add_lora(network, Lora())
    assert torch.equal(logits(network), before)


def test_the_networks_own_weights_are_frozen_beside_them(network: ClipCap) -> None:
    add_lora(network, Lora())
    trained = freeze_all_but(network, ("mapper.", "lora"))
    assert {name.partition(".")[0] for name in trained} == {"mapper", "language_model"}
    assert not any("base_layer" in name for name in trained)
    assert not any(".lora_" in name for name in freeze_all_but(network, ("mapper.", "language_model.")))


def test_merged_for_a_while_and_exactly_as_before_afterwards(network: ClipCap) -> None:
    own = {name: value.clone() for name, value in network.state_dict().items()}
    learned(network)
    changed = {name: value.clone() for name, value in network.state_dict().items()}
    with merged(network):
        weight = network.language_model.get_submodule("transformer.h.0.mlp.c_fc").weight
        assert not torch.allclose(weight, own["language_model.transformer.h.0.mlp.c_fc.weight"], atol=1e-3)
    assert all(torch.equal(value, changed[name]) for name, value in network.state_dict().items())


def test_the_finished_network_is_a_plain_one(network: ClipCap, tmp_path: Path) -> None:
    names = network.state_dict().keys()
    expected = learned(network)
    finish_lora(network, apart=False)
    assert network.state_dict().keys() == names
    assert network.adapter == {}
    assert torch.allclose(logits(network), expected, atol=1e-5)
    checkpoint.save(network, tiny_config(), tmp_path / "model.safetensors")
    assert torch.allclose(logits(checkpoint.load(tmp_path / "model.safetensors")[0]), expected, atol=1e-5)


@pytest.fixture
def frozen(network: ClipCap, monkeypatch: pytest.MonkeyPatch) -> ModelConfig:
    """A config whose language model is published elsewhere: built with the weights of ``network``."""
    published = {name: value.clone() for name, value in network.language_model.state_dict().items()}
    build = checkpoint.build_language_model

    def build_published(spec, *, dropout=0.0, pretrained=False):  # type: ignore[no-untyped-def]
        model = build({**spec, "frozen": False}, dropout=dropout)
        if pretrained:
            model.load_state_dict(published)
        return model

    monkeypatch.setattr(checkpoint, "build_language_model", build_published)
    config = tiny_config()
    net = {**config.net, "language_model": {**config.net["language_model"], "frozen": True}}
    return replace(config, net=net)


def test_beside_a_frozen_language_model_the_changes_alone_are_stored(
    network: ClipCap, frozen: ModelConfig, tmp_path: Path
) -> None:
    """GIVEN low-rank changes of a language model that may not be passed on, THEN the file holds none of its
    weights, and loading puts the changes into the published ones; further training adds to them.
    """
    expected = learned(network)
    finish_lora(network, apart=True)
    path = tmp_path / "model.safetensors"
    checkpoint.save(network, frozen, path)
    stored = load_file(path)
    assert not any(name.startswith("language_model.") for name in stored)
    small = sum(value.numel() for name, value in stored.items() if name.startswith("adapter."))
    assert 0 < small < 0.5 * sum(value.numel() for value in network.language_model.parameters())
    loaded, _ = checkpoint.load(path)
    assert torch.allclose(logits(loaded), expected, atol=1e-5)

    further = learned(loaded, seed=1)
    finish_lora(loaded, apart=True)
    checkpoint.save(loaded, frozen, path)
    assert torch.allclose(logits(checkpoint.load(path)[0]), further, atol=1e-4)


def test_changes_of_another_network_are_refused(
    network: ClipCap, frozen: ModelConfig, tmp_path: Path
) -> None:
    network.adapter = {"transformer.h.9.down": torch.zeros(1, 2), "transformer.h.9.up": torch.zeros(2, 1)}
    path = tmp_path / "model.safetensors"
    checkpoint.save(network, frozen, path)
    with pytest.raises(ModelMismatch):
        checkpoint.load(path)
