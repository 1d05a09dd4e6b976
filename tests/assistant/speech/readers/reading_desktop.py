"""A desktop on which the real Orca reads."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from assistant.speech.readers.orca_process import orca_process
from tests.journey.desktop import Desktop, missing_parts

TITLE = "Cửa sổ thử"

_REST_S = 0.4
"""How long Orca's log stands still when it has finished."""


def lacking() -> str:
    """Why Orca cannot read here, in words; empty when it can."""
    if missing := missing_parts():
        return f"needs {missing}"
    if not shutil.which("orca"):
        return "needs orca: sudo apt-get install orca"
    return "Orca is running already, for somebody" if orca_process() else ""


class ReadingDesktop(Desktop):
    """A session with Orca in it, and everything it says."""

    has_recent_orca = False
    _listener: threading.Thread | None = None

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.said: list[str] = []

    def _begin(self) -> None:
        super()._begin()
        # It need not be heard, and without a sound device Speech Dispatcher keeps Orca waiting.
        self.environment["SPEECHD_CMD"] = "/nonexistent"
        self._last_line = 0.0
        # Orca writes to a file in blocks, to a terminal at once.
        self._log, terminal = pty.openpty()
        tty.setraw(terminal)
        self.orca = self.start("orca", "--debug-file", os.ttyname(terminal))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.wait_for(lambda: bool(self.said), "a greeting")
        os.close(terminal)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if self._listener:
            self._listener.join(5)

    def wait_for(self, true: Callable[[], bool], what: str, limit_s: float = 20.0) -> None:
        """Until something holds."""
        end = time.monotonic() + limit_s
        while not true():
            assert time.monotonic() < end, f"Orca did not say {what}, but: {self.said}"
            time.sleep(0.05)

    def says(self, text: str, act: Callable[[], object]) -> list[str]:
        """What Orca says after an action, to the first sentence with a text in it.

        Orca is left to finish with what was before: it mixes up what happens within the same moment, and
        nobody is as quick as that.
        """
        while time.monotonic() - self._last_line < _REST_S:
            time.sleep(0.05)
        before = len(self.said)
        act()
        self.wait_for(lambda: any(text in sentence for sentence in self.said[before:]), text)
        return self.said[before:]

    def _listen(self) -> None:
        kept = self.folder / "orca-debug.log"
        with open(self._log, encoding="utf-8", errors="replace") as log, kept.open("w") as copy:  # noqa: PTH123
            try:
                for line in log:
                    self._last_line = time.monotonic()
                    copy.write(line)
                    if found := re.search(r"SPEECH OUTPUT: '(.*?)' ?(\{|$)", line):
                        self.said.append(found[1])
            except OSError:
                return  # the terminal's other end was closed


class ResultWindow:
    """A window with the app's box for results, in its own process; its button has the focus."""

    def __init__(self, desktop: Desktop) -> None:
        script = Path(__file__).with_name("result_window.py")
        desktop.environment["PYTHONPATH"] = str(script.parents[4])
        self._process = desktop.start(sys.executable, str(script), TITLE, stdin=subprocess.PIPE)
        desktop.reader.wait_for("result")

    def show(self, text: str) -> None:
        """A result, while the focus is elsewhere."""
        self._tell(f"show {text}")

    def announce(self, text: str) -> None:
        """As Qt announces on behalf of the window."""
        self._tell(f"announce {text}")

    def _tell(self, command: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"
