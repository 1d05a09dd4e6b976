"""Reads picture files beside the window, so that a large one does not hold it up."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

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
        self._answered.connect(self._on_answered)

    def start(self, path: Path) -> None:
        """Begin to read a file."""
        self._newest += 1
        # A plain thread: Qt's own pool and Python do not agree on who deletes a task.
        threading.Thread(target=self._read, args=(self._newest, path), daemon=True).start()

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

    def _read(self, number: int, path: Path) -> None:
        result: object
        try:
            result = Picture(read_image(path), Origin.FILE, path.name)
        except ImageError as exc:
            result = exc
        self._answered.emit(number, result, path.name)
