"""A tiny model, built and exported once for all tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tiny import tiny_config, tiny_tokenizer

if TYPE_CHECKING:
    from engine.nets.clipcap import ClipCap
    from engine.store import ModelFolder


@pytest.fixture(scope="session")
def tiny_network() -> ClipCap:
    import torch

    from engine.checkpoint import build_network

    torch.manual_seed(0)
    network = build_network(tiny_config()).eval()
    with torch.no_grad():  # spread the probabilities: with the initial weights all tokens are alike
        for parameter in network.language_model.parameters():
            parameter.mul_(4.0)
    return network


@pytest.fixture(scope="session")
def tiny_folder(tiny_network: ClipCap, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """The tiny model as a model folder in fp32."""
    from engine.export import export_folder

    root = tmp_path_factory.mktemp("models")
    tokenizer = tiny_tokenizer(root / "tokenizer.json")
    return export_folder(tiny_network, tiny_config(), tokenizer, root / "tiny", int8=False)
