"""Starts ``python -m training`` as a process of its own: the app itself never imports it, nor torch.

Not run: the flags that detach a process on Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.environment import package_version

ROOT = Path(__file__).resolve().parent.parent
"""What holds the package ``training``, beside this one."""

PACKAGES = ("torch", "accelerate")
"""Without these nothing can be trained."""

if sys.platform == "win32":
    # A group of its own, so that Ctrl+C in the app's console passes it by, and no console to be closed.
    _FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0


def can_train() -> bool:
    """Whether what training needs is installed."""
    return all(package_version(name) for name in PACKAGES)


def training_command(arguments: Sequence[str]) -> list[str]:
    """The command line of ``python -m training``.

    With ``-P``, since the folder one stands in may well have a ``training`` of its own.
    """
    return [sys.executable, "-P", "-m", "training", *arguments]


def training_environment() -> dict[str, str]:
    """Environment variables for it: it comes from where the app comes from, and writes UTF-8."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def start_detached(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one.

    Args:
        command: its program and arguments.
        log: takes what it writes to standard output and standard error; begun anew.

    Raises:
        OSError: it cannot be started, or the log not be written.
    """
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=training_environment(),
            creationflags=_FLAGS,
            start_new_session=True,
        )
