"""``viclipcap`` without a command: the app with its window."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys

from assistant.commands.outcome import ExitCode
from assistant.environment import install_extra
from assistant.messages import Messages


def run(messages: Messages) -> int:
    """Open the app, or say why there is none to open."""
    if importlib.util.find_spec("PySide6") is None:
        print(messages.text("app.not-installed", install=install_extra("app")), file=sys.stderr)
        return ExitCode.NO_APP
    if not has_display():
        print(messages.text("app.no-display"), file=sys.stderr)
        return ExitCode.NO_APP
    from assistant.app import run as run_app

    return run_app(sys.argv[:1])


def has_display() -> bool:
    """Whether windows can be shown; also true where Qt is told to show them nowhere."""
    if platform.system() in ("Windows", "Darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
