"""Reads picture files beside the window, so that a large one does not hold it up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance

from assistant.capture.picture import Origin, Picture
from engine import ImageError, read_image


class FileReader(QObject):
    """Reads one file at a time; asking for another forgets the one before.

    Signals:
        read(Picture): the file's picture.
        failed(ImageError, str): it cannot be read; the second is its name.
    """

    read = Signal(object)
    failed = Signal(object, str)

    _answered = Signal(int, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = 0
        self._pool = QThreadPool(self)
        self._answered.connect(self._on_answered)

    def start(self, path: Path) -> None:
        """Begin to read a file."""
        self._newest += 1
        self._pool.start(_Task(self._newest, path, self._answered))

    def cancel(self) -> None:
        """Forget what is being read."""
        self._newest += 1

    def _on_answered(self, number: int, result: object, name: str) -> None:
        if number != self._newest:
            return
        if isinstance(result, Picture):
            self.read.emit(result)
        else:
            self.failed.emit(result, name)


class _Task(QRunnable):
    def __init__(self, number: int, path: Path, answered: SignalInstance) -> None:
        super().__init__()
        self._number, self._path, self._answered = number, path, answered

    def run(self) -> None:
        result: object
        try:
            result = Picture(read_image(self._path), Origin.FILE, self._path.name)
        except ImageError as exc:
            result = exc
        self._answered.emit(self._number, result, self._path.name)
