"""What the app offers for a mapper that was passed on: say what is missing, fetch it, export."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import ModelFolder, ModelMissing, export_model, fetch_networks, missing_networks
from tests.fake_hub import MAIN, FakeHub, Repository, serve_hub, use_hub
from tests.published import write_gpt2, write_timm_weights

pytestmark = pytest.mark.slow


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    repositories = {
        "o/gpt2": Repository(files(write_gpt2(tmp_path / "gpt2"))),
        "timm/test_vit.r160_in1k": Repository(files(write_timm_weights(tmp_path / "vit")), licence="mit"),
    }
    with serve_hub(repositories) as server:
        use_hub(server.url, monkeypatch)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        yield server


@pytest.fixture
def mapper(tiny_folder: ModelFolder) -> ModelFolder:
    net = {
        **tiny_folder.config.net,
        "encoder": {"name": f"timm:test_vit@{MAIN}", "frozen": True},
        "language_model": {"name": f"hf:o/gpt2@{MAIN}", "frozen": True},
    }
    return replace(tiny_folder, config=replace(tiny_folder.config, net=net))


def test_offers_then_fetches(hub: FakeHub, mapper: ModelFolder) -> None:
    offers = missing_networks(mapper)
    assert [(offer.name, offer.licence) for offer in offers] == [
        (f"timm:test_vit@{MAIN}", "mit"), (f"hf:o/gpt2@{MAIN}", ""),
    ]  # fmt: skip
    assert all(offer.size_bytes > 10_000 for offer in offers)
    assert hub.fetched == []
    fetch_networks(mapper)
    assert "model.safetensors" in hub.fetched
    asked = len(hub.requests)
    assert missing_networks(mapper) == []
    assert len(hub.requests) == asked


def test_a_model_of_its_own_weights_needs_nothing(tiny_folder: ModelFolder) -> None:
    """Its encoder has the name of a published one, but the weights are in its own file."""
    assert missing_networks(tiny_folder) == []
    net = {**tiny_folder.config.net, "encoder": {"name": "dir:/nowhere", "frozen": True}}
    assert missing_networks(replace(tiny_folder, config=replace(tiny_folder.config, net=net))) == []


def test_a_model_without_weights_cannot_be_exported(tiny_folder: ModelFolder, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.safetensors"):
        export_model(tiny_folder, tmp_path, [])


def test_without_the_extra(tiny_folder: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def importing(name: str, *arguments: Any, **others: Any) -> Any:
        if name in ("engine.backbones", "engine.export"):
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *arguments, **others)

    monkeypatch.setattr(builtins, "__import__", importing)
    for work in (lambda: missing_networks(tiny_folder), lambda: export_model(tiny_folder, tmp_path, [])):
        with pytest.raises(ModelMissing, match=r"torch.*extra train"):
            work()
