"""Rules for every test: no network, and data that may not be committed is optional."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def shared_data() -> Path:
    """The development data beside the checkout; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the development data in ../shared/data, which is not part of the repository")
    return SHARED_DATA
