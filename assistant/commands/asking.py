"""Handing a wish to the app that is running, which speaks and shows the result."""

from __future__ import annotations

import importlib.util
import sys

from assistant.commands.outcome import ExitCode
from assistant.messages import Messages


def ask_app(wish: str, messages: Messages) -> ExitCode:
    """Hand a wish over; exit code 4 when no app is running.

    Args:
        wish: one that the app knows, see ``assistant.instance``.
        messages: the texts.
    """
    if importlib.util.find_spec("PySide6"):
        from assistant.instance import send_wish

        if send_wish(wish):
            return ExitCode.OK
    print(messages.text("app.not-running"), file=sys.stderr)
    return ExitCode.NO_APP
