"""A second start hands its wish over and ends; strangers are not obeyed."""

from __future__ import annotations

import getpass
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from assistant.instance import SHOW, Instance, send_wish, socket_name
from tests.fakes import wait_until


@pytest.fixture
def name(tmp_path: Path) -> str:
    return str(Path("/tmp") / f"viclipcap-test-{secrets.token_hex(4)}") if os.name == "posix" else "vt"


@pytest.fixture
def instance(qapp: object, name: str) -> Iterator[Instance]:
    made = Instance(["describe-screen"], name)
    assert made.listen()
    yield made
    made.close()


def ask(wish: str, name: str) -> bool:
    """Send a wish from another process."""
    code = f"from assistant.instance import send_wish; raise SystemExit(not send_wish({wish!r}, {name!r}))"
    second = subprocess.Popen([sys.executable, "-c", code])
    wait_until(lambda: second.poll() is not None, 20)
    return second.returncode == 0


def test_nobody_there(qapp: object, name: str) -> None:
    assert not send_wish(SHOW, name)


@pytest.mark.parametrize("wish", [SHOW, "describe-screen"])
def test_known_wishes_arrive(instance: Instance, name: str, wish: str) -> None:
    wishes: list[str] = []
    instance.wished.connect(wishes.append)
    assert ask(wish, name)
    assert wishes == [wish]


@pytest.mark.parametrize("line", [b'{"wish": "rm"}\n', b"\xff\xfe\n", b"[]\n", b'{"wish": 3}\n', b"x" * 5000])
def test_anything_else_is_refused(instance: Instance, name: str, line: bytes) -> None:
    wishes: list[str] = []
    instance.wished.connect(wishes.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    socket.write(line)
    wait_until(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert b"ok" not in bytes(socket.readAll().data())
    assert wishes == []
    assert ask(SHOW, name)


def test_what_a_killed_program_left_is_taken_over(qapp: object, name: str) -> None:
    Path(name).touch()
    made = Instance([], name)
    assert made.listen()
    made.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_only_the_same_user_may_connect(instance: Instance, name: str) -> None:
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0


def test_the_socket_lies_where_only_the_user_can_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert socket_name() == str(tmp_path / "viclipcap.socket")


def test_a_shared_place_learns_nothing_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert getpass.getuser() not in socket_name()
