"""The real app on a desktop without a screen, as the person meets it."""

from __future__ import annotations

import sys

from assistant.messages import Messages
from tests.journey.desktop import Desktop

MESSAGES = Messages("vi")
_PROGRESS = frozenset(MESSAGES.text(key) for key in ("describing.still", "reading.still"))


class App:
    """The real app, with the model that ships, in its own process."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        code = "from assistant.cli import main; raise SystemExit(main([]))"
        self.process = desktop.start(sys.executable, "-c", code)
        desktop.reader.wait_for("result")

    @property
    def engine_id(self) -> int:
        """Process id of the engine; it exists after the first request."""
        children = self.desktop.run("pgrep", "-P", str(self.process.pid), "-f", "spawn_main").split()
        return int(children[-1])

    def result(self) -> str:
        return str(self.desktop.reader.look("result")["text"])

    def status(self) -> str:
        return str(self.desktop.reader.look("status-line")["text"])


def hear_description(desktop: Desktop) -> str:
    """The next announcement that is a description and not a word on progress."""
    while (said := desktop.reader.hear(60)) in _PROGRESS:
        pass
    return said
