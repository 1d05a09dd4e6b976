"""Work with files that takes too long for the window's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from assistant.batch.job import BatchError


class Background(QObject):
    """Runs one thing; whoever starts another, or cancels, hears nothing more of the one before.

    Signals:
        finished(object): what the work returned, or the ``BatchError`` it raised.
    """

    finished = Signal(object)

    _answered = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = 0
        self._answered.connect(self._on_answered)

    def start(self, work: Callable[[], object]) -> None:
        """Begin; the work must leave everything of Qt alone."""
        self._newest += 1
        # A plain thread, as in ``assistant.capture.files``.
        threading.Thread(target=self._run, args=(self._newest, work), daemon=True).start()

    def cancel(self) -> None:
        """Forget what is running; it is not interrupted."""
        self._newest += 1

    def _run(self, number: int, work: Callable[[], object]) -> None:
        result: object
        try:
            result = work()
        except BatchError as exc:
            result = exc
        self._answered.emit(number, result)

    def _on_answered(self, number: int, result: object) -> None:
        if number == self._newest:
            self.finished.emit(result)
