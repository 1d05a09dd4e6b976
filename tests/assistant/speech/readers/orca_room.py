"""A session bus with a stand-in for Orca on it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.assistant.session_bus import glib_portal

HERE = Path(__file__).resolve().parent


class FakeOrca:
    """The stand-in, and what it was asked for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def heard(self) -> list[tuple[str, list[Any]]]:
        """All calls; it ends with this."""
        self.process.kill()
        assert self.process.stdout
        calls = [json.loads(line) for line in self.process.stdout]
        return [(call["method"], call["given"]) for call in calls]


@contextmanager
def fake_orca(version: int, habit: str = "well") -> Iterator[FakeOrca]:
    """An Orca with a service, on the session bus of the environment; see ``fake_orca.py``."""
    with glib_portal(HERE / "fake_orca.py", str(version), habit) as process:
        yield FakeOrca(process)


@contextmanager
def fake_status(*, enabled: bool) -> Iterator[None]:
    """What the desktop says of screen readers."""
    with glib_portal(HERE / "fake_status.py", "yes" if enabled else "no"):
        yield
