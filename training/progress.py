"""A progress bar with the time left; plain lines where the output is not a terminal."""

from __future__ import annotations

import logging
import time
from types import TracebackType

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

_log = logging.getLogger(__name__)

LINE_EVERY_S = 60.0
"""How often a line is written where no bar can be drawn, such as a log file."""


class Progress:
    """Shows how far a loop is.

    Args:
        title: what is being done.
        total: steps in all.
        start: steps done before, by an earlier run.
        shown: by one of several processes alone.
    """

    def __init__(self, title: str, *, total: int, start: int = 0, shown: bool = True) -> None:
        self._title, self._total, self._done = title, total, start
        self._first = start
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TimeRemainingColumn(), TextColumn("{task.fields[note]}"),
        )  # fmt: skip
        self._shown = shown
        self._drawn = shown and self._bar.console.is_terminal
        self._task = self._bar.add_task(title, total=total, completed=start, note="")

    def __enter__(self) -> Progress:
        self._began = self._last_line = time.monotonic()
        if self._drawn:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            self._bar.stop()

    def advance(self, steps: int, note: str = "") -> None:
        """Count steps done and show a note, such as the loss."""
        self._done += steps
        if self._drawn:
            self._bar.update(self._task, advance=steps, note=note)
            return
        now = time.monotonic()
        if self._shown and now - self._last_line >= LINE_EVERY_S:
            self._last_line = now
            left_s = (now - self._began) * (self._total - self._done) / max(1, self._done - self._first)
            _log.info("%s: %d of %d, %d s left %s", self._title, self._done, self._total, left_s, note)
