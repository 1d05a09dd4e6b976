"""Describes files one after another, beside whatever the person asks for meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from assistant.captioning import CaptionService, Request
from assistant.capture.files import FileReader
from assistant.capture.picture import Picture
from assistant.messages import Messages
from engine import Caption, CaptionError, ImageError

Done = Callable[[Caption | str], None]
"""Takes a caption, or a sentence that says why there is none; called exactly once."""


class FileDescriber(QObject):
    """One file at a time; the others wait. A folder, a dropped list and the guide share it.

    Args:
        service: of its own, so that a hotkey does not cancel the file that is being described.
        messages: the texts.
        model: gives the name of the model to use.
    """

    def __init__(
        self,
        service: CaptionService,
        messages: Messages,
        model: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._messages, self._model = service, messages, model
        self._waiting: deque[tuple[Path, Done]] = deque()
        self._done: Done | None = None
        self._reader = FileReader(self)
        self._reader.read.connect(self._on_read)
        self._reader.failed.connect(self._on_unreadable)
        service.captioned.connect(self._on_captioned)
        service.failed.connect(self._on_failed)

    def describe(self, path: Path, done: Done) -> None:
        """Describe a file when all before it are done."""
        self._waiting.append((path, done))
        self._next()

    def _next(self) -> None:
        if self._done is None and self._waiting:
            path, self._done = self._waiting.popleft()
            self._reader.start(path)

    def _on_read(self, picture: Picture) -> None:
        self._service.request(picture, model=self._model())

    def _on_unreadable(self, error: ImageError, name: str) -> None:
        self._finish(self._messages.error(error))

    def _on_captioned(self, request: Request, caption: Caption) -> None:
        self._finish(caption)

    def _on_failed(self, request: Request, error: CaptionError) -> None:
        self._finish(self._messages.error(error))

    def _finish(self, result: Caption | str) -> None:
        done, self._done = self._done, None
        if done:
            done(result)
        self._next()
