"""A real BRLTTY with a display that is a socket: its driver "vr", made for tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BRLAPI_BASE_PORT = 4101


class VirtualDisplay:
    """What a braille reader has under the fingers."""

    def __init__(self, connection: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self._connection = connection
        self.process = process
        self._received = ""
        self.pages: list[str] = []

    def wait_for(self, text: str, *, among_others: bool = False, limit_s: float = 10.0) -> None:
        """Read until a text has been shown, alone or not, from where the last reading ended."""
        end = time.monotonic() + limit_s
        while True:
            while "\n" in self._received:
                line, self._received = self._received.split("\n", 1)
                if found := re.fullmatch(r'Visual "(.*)"', line):
                    self.pages.append(found[1].rstrip())
                    if self.pages[-1] == text or (among_others and text in self.pages[-1]):
                        return
            assert time.monotonic() < end, f"{text!r} was not shown, but {self.pages}"
            self._connection.settimeout(max(0.01, end - time.monotonic()))
            self._received += self._connection.recv(4096).decode()

    def press(self, key: str) -> None:
        """A key of the display, by BRLTTY's name for its command."""
        self._connection.sendall(f"{key}\n".encode())


@contextmanager
def brltty(folder: Path, cells: int = 16) -> Iterator[VirtualDisplay]:
    """BRLTTY, once its display is there; programs of this environment find it.

    Args:
        folder: for its files.
        cells: of the display; 0 leaves BRLTTY waiting for one.
    """
    if not shutil.which("brltty"):
        pytest.skip("needs brltty: sudo apt-get install brltty libbrlapi0.8")
    port = free_port()
    host = f"127.0.0.1:{port - BRLAPI_BASE_PORT}"
    command = [
        "brltty", "--no-daemon", "--standard-error", "--quiet", f"--pid-file={folder}/pid",
        "--configuration-file=/dev/null", "--screen-driver=no", "--speech-driver=no", "--text-table=en",
        "--braille-driver=vr", f"--braille-device=server:{folder}/display",
        f"--api-parameters=auth=none,host={host}",
        f"--updatable-directory={folder}", f"--writable-directory={folder}",
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, (folder / "brltty.log").open("w") as log:
        patch.setenv("BRLAPI_HOST", host)
        patch.setenv("BRLAPI_AUTH", "none")
        process = subprocess.Popen(command, stderr=log)
        try:
            with connected(folder / "display", process) as connection:
                display = VirtualDisplay(connection, process)
                if cells:
                    connection.sendall(f"Cells {cells}\n".encode())
                    display.wait_for("no screen")
                yield display
        finally:
            process.kill()
            process.wait()


@contextmanager
def connected(path: Path, process: subprocess.Popen[bytes]) -> Iterator[socket.socket]:
    """A connection to the socket, as soon as somebody listens there."""
    end = time.monotonic() + 20
    with socket.socket(socket.AF_UNIX) as connection:
        while connection.connect_ex(os.fspath(path)):
            assert process.poll() is None, "brltty has ended"
            assert time.monotonic() < end, "brltty does not listen"
            time.sleep(0.05)
        yield connection


def free_port() -> int:
    """One that BRLTTY can name: not below the first of its own."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port > BRLAPI_BASE_PORT:
            return port
