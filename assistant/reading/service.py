"""Reads pictures beside the window; the newest wish wins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.captioning import STILL_WORKING_MS
from assistant.capture.desktop import Area
from assistant.reading.page import Page
from assistant.reading.reader import ReadingCancelled, ReadingError, TextReader, choose_reader
from engine import Pixels

Readers = Callable[[], Sequence[TextReader]]
"""Gives new readers for one picture, the best first; at least one. Must not block."""


class TextService(QObject):
    """Reads one picture at a time; a newer one takes its place.

    Signals:
        answered(Page | ReadingError): not sent for a picture that was called off.
        still_working(): it takes longer than a moment.

    Args:
        readers: see ``Readers``.
        parent: keeps this object alive.
    """

    answered = Signal(object)
    still_working = Signal()

    _arrived = Signal(int, object)

    def __init__(self, readers: Readers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = readers
        self._newest = 0
        self._began: float | None = None
        self._work: _Work | None = None
        self._cue = QTimer(self, singleShot=True, interval=STILL_WORKING_MS)
        self._cue.timeout.connect(self.still_working)
        self._arrived.connect(self._on_arrived)

    def start(self, pixels: Pixels, leave_out: Sequence[Area] = ()) -> None:
        """Begin to read a picture; see ``TextReader.read``."""
        self.cancel()
        self._began = time.monotonic()
        self._cue.start()
        number, arrived = self._newest, self._arrived

        def read() -> None:
            result = work.do(pixels, leave_out)
            if result is not None:
                arrived.emit(number, result)

        work = self._work = _Work(self._readers)
        threading.Thread(target=read, name="text reader", daemon=True).start()

    def cancel(self) -> None:
        """Call off what is being read."""
        self._newest += 1
        self._began = None
        self._cue.stop()
        if self._work:
            self._work.cancel()
            self._work = None

    @property
    def running_for_s(self) -> float | None:
        """Since when a picture is being read, in seconds; ``None`` when none is."""
        return None if self._began is None else time.monotonic() - self._began

    def _on_arrived(self, number: int, result: Page | ReadingError) -> None:
        if number != self._newest:
            return
        self._began, self._work = None, None
        self._cue.stop()
        self.answered.emit(result)


class _Work:
    """One picture and its readers."""

    def __init__(self, readers: Readers) -> None:
        self._candidates = readers()

    def do(self, pixels: Pixels, leave_out: Sequence[Area]) -> Page | ReadingError | None:
        """Read; ``None`` when it was called off."""
        try:
            return choose_reader(self._candidates).read(pixels, leave_out)
        except ReadingError as exc:
            return exc
        except ReadingCancelled:
            return None

    def cancel(self) -> None:
        for reader in self._candidates:
            reader.cancel()
