"""Several files that were dropped or copied together: each is described, all are told at the end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from assistant.batch.describer import FileDescriber
from assistant.messages import Messages
from engine import Caption


class SeveralFiles(QObject):
    """One list of files at a time; a new list takes the place of the one before.

    Signals:
        finished(str): a line for each file, in the order they were given.

    Args:
        files: describes each.
        messages: the texts.
    """

    finished = Signal(str)

    def __init__(self, files: FileDescriber, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files, self._messages = files, messages
        self._paths: Sequence[Path] = ()
        self._lines: list[str] = []
        self._newest = 0

    def start(self, paths: Sequence[Path]) -> None:
        """Begin with a list."""
        self.cancel()
        self._paths = tuple(paths)
        self._next()

    def cancel(self) -> None:
        """Forget the list; the file under way is finished unheard."""
        self._newest += 1
        self._paths, self._lines = (), []

    def _next(self) -> None:
        if len(self._lines) < len(self._paths):
            path = self._paths[len(self._lines)]
            self._files.describe(path, partial(self._on_result, self._newest, path))
        elif self._lines:
            self.finished.emit("\n".join(self._lines))

    def _on_result(self, number: int, path: Path, result: Caption | str) -> None:
        if number != self._newest:
            return
        sentence = result if isinstance(result, str) else self._messages.spoken(result)
        self._lines.append(self._messages.text("several.line", file=path.name, text=sentence))
        self._next()
