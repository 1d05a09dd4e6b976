"""Rules for every test: no network, and data that may not be committed is optional. And a tiny model."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tiny import tiny_config, tiny_tokenizer

if TYPE_CHECKING:
    from engine.nets.clipcap import ClipCap
    from engine.store import ModelFolder

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class NetworkBlocked(RuntimeError):
    """A test tried to reach another computer."""


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Any:
    """Only this computer can be reached: the program promises to work without a network."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in _LOCAL_HOSTS:
            raise NetworkBlocked(f"tests may not connect to {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data beside the checkout; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the development data in ../shared/data, which is not part of the repository")
    return SHARED_DATA


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
