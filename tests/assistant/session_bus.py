"""A session bus of the test's own, and programs of the system's Python on it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's own, which has GLib's bindings."""

# No service can be started on this bus, so that the desktop's own portal stays out.
CONFIG = """
<busconfig>
  <type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


@contextmanager
def session_bus(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The bus listens at ``folder / "bus"``, and the environment says so; gives its process."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("needs dbus-daemon: sudo apt-get install dbus-daemon")
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(path=folder / "bus"))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    with (
        pytest.MonkeyPatch.context() as patch,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon,
    ):
        assert daemon.stdout
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        try:
            yield daemon
        finally:
            daemon.kill()


@contextmanager
def glib_portal(script: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A stand-in for the portal, see ``glib_portal.py``, once it is on the bus of the environment."""
    if not _has_glib():
        pytest.skip("needs GLib for the system's Python: sudo apt-get install python3-gi")
    command = [SYSTEM_PYTHON, str(script), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == '"ready"\n'
            yield process
        finally:
            process.kill()


@functools.cache
def _has_glib() -> bool:
    command = [SYSTEM_PYTHON, "-c", "from gi.repository import Gio"]
    return Path(SYSTEM_PYTHON).exists() and not subprocess.run(command, capture_output=True).returncode
