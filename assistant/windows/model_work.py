"""Downloads, adds and removes models one after another; the models window shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from assistant.messages import Messages
from assistant.model_words import failure, megabytes
from assistant.windows.folder_words import Milestones
from assistant.windows.model_run import ModelRun, Work
from engine import CaptionError, ModelFolder, ModelInstaller, OfferedModel, StoreError, StoreFault, Transfer

Read: TypeAlias = Callable[[str | Path, Transfer], Sequence[OfferedModel]]
"""Reads a catalogue, as ``engine.read_catalogue``."""

_log = logging.getLogger(__name__)


class ModelWork(QObject):
    """At most one change is under way. Whatever cannot be done now is answered with a sentence that says why.

    Signals:
        told(str): a sentence for the person.
        progressed(int): percent of what is under way.
        changed(str): name of a model that was installed, replaced or removed.
        found(str, object): address of a catalogue, and the ``OfferedModel``s in it.

    Args:
        installer: changes the models.
        messages: the texts.
        read: fetches catalogues.
        clock: seconds that only grow.
    """

    told = Signal(str)
    progressed = Signal(int)
    changed = Signal(str)
    found = Signal(str, object)

    def __init__(
        self,
        installer: ModelInstaller,
        messages: Messages,
        read: Read,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._installer, self._messages, self._read, self._clock = installer, messages, read, clock
        self._run = ModelRun(self)
        self._run.progressed.connect(self._on_progress)
        self._run.finished.connect(self._on_finished)
        self._milestones = Milestones(0.0, clock)
        self._done: Callable[[Any], None] | None = None
        self._cancelled = ""

    def fetch(self, offer: OfferedModel) -> None:
        """Download a model, or the rest of it."""
        begun = self._text("getting", name=offer.name, size_mb=megabytes(offer.size_bytes))
        done = partial(self._on_installed, "got")
        kept = self._messages.text("store-error.cancelled")
        self._begin(partial(self._installer.fetch, offer), done, begun, kept)

    def import_from(self, path: str) -> None:
        """Copy a model from a folder or zip file."""
        done = partial(self._on_installed, "imported")
        self._begin(partial(self._installer.import_from, Path(path)), done, self._text("importing"))

    def remove(self, folder: ModelFolder) -> None:
        """Delete a model."""

        def work(transfer: Transfer) -> None:
            self._installer.remove(folder)

        self._begin(work, partial(self._on_removed, folder.name), self._text("removing"))

    def look(self, address: str) -> None:
        """Read a catalogue."""
        done = partial(self._on_found, address)
        self._begin(partial(self._read, address), done, self._text("looking"))

    def stop(self) -> None:
        """Call off what is under way."""
        self._tell("stopping" if self._run.busy else "nothing-to-stop")
        self._run.stop()

    def _begin(self, work: Work, done: Callable[[Any], None], begun: str, cancelled: str = "") -> None:
        if self._run.busy:
            self._tell("busy")
            return
        self._done, self._cancelled = done, cancelled or self._text("stopped")
        self._milestones = Milestones(0.0, self._clock)
        self.progressed.emit(0)
        self.told.emit(begun)
        self._run.start(work)

    def _on_progress(self, percent: int) -> None:
        self.progressed.emit(percent)
        if self._milestones.reached(percent / 100):
            self._tell("percent", percent=percent)

    def _on_finished(self, result: object) -> None:
        if isinstance(result, CaptionError):
            _log.warning("%s", result)
            self.told.emit(self._failure(result))
        elif self._done:
            self._done(result)

    def _failure(self, error: CaptionError) -> str:
        if not isinstance(error, StoreError):
            return self._messages.error(error)
        return self._cancelled if error.fault is StoreFault.CANCELLED else failure(error, self._messages)

    def _on_installed(self, key: str, folder: ModelFolder) -> None:
        self.changed.emit(folder.name)
        self._tell(key, name=folder.name)

    def _on_removed(self, name: str, _: object) -> None:
        self.changed.emit(name)
        self._tell("removed", name=name)

    def _on_found(self, address: str, offers: Sequence[OfferedModel]) -> None:
        self.found.emit(address, offers)
        self._tell("found", count=len(offers))

    def _text(self, key: str, **values: object) -> str:
        return self._messages.text(f"models-window.{key}", **values)

    def _tell(self, key: str, **values: object) -> None:
        self.told.emit(self._text(key, **values))
