"""Work on the models that takes long: in a thread, with progress, to be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication, QObject, Signal

from assistant.model_words import percent_of
from engine import CaptionError, Transfer

Work: TypeAlias = Callable[[Transfer], object]
"""Something that takes long; must leave everything of Qt alone."""

_END_S = 2.0
"""How long the end of the program waits for a thread that was called off."""


class ModelRun(QObject):
    """Runs one thing at a time.

    Signals:
        progressed(int): percent, each value once.
        finished(object): what the work returned, or the ``CaptionError`` it raised.
    """

    progressed = Signal(int)
    finished = Signal(object)

    _reached = Signal(int)
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transfer: Transfer | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._reached.connect(self.progressed)
        self._answered.connect(self._on_answered)
        if app := QCoreApplication.instance():
            app.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether something is running."""
        return self._thread is not None

    def start(self, work: Work) -> None:
        """Begin; nothing else may be running."""
        self._transfer = Transfer(self._reporter())
        # A plain thread, as in ``assistant.capture.files``.
        self._thread = threading.Thread(target=self._run, args=(work, self._transfer), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call off what is running; it still finishes, with an error that says so."""
        if self._transfer:
            self._transfer.cancel()

    def close(self) -> None:
        """Call off what is running, and hear nothing more of it."""
        self._closed = True
        self.stop()
        if self._thread:
            self._thread.join(_END_S)

    def _run(self, work: Work, transfer: Transfer) -> None:
        result: object
        try:
            result = work(transfer)
        except CaptionError as exc:
            result = exc
        if not self._closed:
            self._answered.emit(result)

    def _reporter(self) -> Callable[[int, int], None]:
        last = -1

        def report(done_bytes: int, total_bytes: int) -> None:
            nonlocal last
            percent = percent_of(done_bytes, total_bytes)
            if percent != last and not self._closed:
                last = percent
                self._reached.emit(percent)

        return report

    def _on_answered(self, result: object) -> None:
        self._thread = self._transfer = None
        self.finished.emit(result)
