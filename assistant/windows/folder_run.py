"""Describes the pictures of a folder one after another; the window shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.batch.describer import Done
from assistant.batch.job import BatchError, BatchFault, FolderJob
from assistant.batch.results import AltTexts, write_alt_texts, write_results
from assistant.messages import Messages
from assistant.windows.background import Background
from assistant.windows.folder_words import Milestones, alt_summary, finished, opened, share_done, so_far
from engine import Caption

Describe: TypeAlias = Callable[[Path, Done], None]
"""Begins to describe a file; never called while another file is under way."""

_log = logging.getLogger(__name__)


class Phase(StrEnum):
    """What a run is doing."""

    IDLE = "idle"
    """No folder yet, or the last one ended; what came out of it is still at hand."""
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"


class FolderRun(QObject):
    """At most one folder, and at most one picture of it, is under way.

    Whatever cannot be done now is answered with a sentence that says why.

    Signals:
        changed(): the phase or the progress.
        described(str, Caption | str): a picture's path within the folder and its description, or why there
            is none.
        alt_texts_written(AltTexts): beside the pictures.
        told(str): a sentence for the person.

    Attributes:
        phase: what is going on.
        job: the folder, or the last one; ``None`` before the first.

    Args:
        messages: the texts.
        state_folder: keeps how far each folder is.
        describe: see ``Describe``.
        clock: seconds that only grow.
    """

    changed = Signal()
    described = Signal(str, object)
    alt_texts_written = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        messages: Messages,
        state_folder: Path,
        describe: Describe,
        *,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._messages, self._state_folder = messages, state_folder
        self._describe, self._clock = describe, clock
        self.phase = Phase.IDLE
        self.job: FolderJob | None = None
        self._under_way = self._writing = False
        self._milestones = Milestones(0.0, clock)
        self._opening, self._alt_texts = Background(self), Background(self)
        self._opening.finished.connect(self._on_opened)
        self._alt_texts.finished.connect(self._on_alt_texts)

    def start(self, folder: Path, *, recursive: bool) -> None:
        """Begin with a folder, or go on where it was left."""
        if self.phase is not Phase.IDLE:
            self._tell("folder.busy")
        elif self._writing:
            self._tell("folder.writing")
        else:
            self._go_to(Phase.OPENING)
            self._tell("folder.opening")
            self._opening.start(partial(FolderJob.open, folder, self._state_folder, recursive=recursive))

    def pause(self) -> None:
        """Take no further picture; the one under way is still finished."""
        if self.job and self.phase is Phase.RUNNING:
            self._go_to(Phase.PAUSED)
            self.told.emit(so_far("folder.paused", self.job, self._messages))

    def resume(self) -> None:
        """Go on after a pause."""
        if self._writing:
            self._tell("folder.writing")
        elif self.job and self.phase is Phase.PAUSED:
            self._go_to(Phase.RUNNING)
            self.told.emit(so_far("folder.resumed", self.job, self._messages))
            self._next()

    def stop(self) -> None:
        """End this folder; the next start goes on where it was left."""
        if self.phase is Phase.IDLE:
            self._tell("folder.nothing-to-stop")
            return
        before = self.phase
        self._opening.cancel()
        self._go_to(Phase.IDLE)
        if self.job and before is not Phase.OPENING:
            self.told.emit(so_far("folder.stopped", self.job, self._messages))
        else:
            self._tell("folder.opening-stopped")

    def save(self, path: Path) -> None:
        """Write what came out so far to a CSV or JSON file."""
        if self.job is None:
            self._tell("folder.no-results")
            return
        try:
            write_results(self.job, path)
        except BatchError as exc:
            self._tell_error(exc)
        else:
            self._tell("describing.saved", path=path)

    def write_alt_texts(self) -> None:
        """Write each description to a text file beside its picture."""
        if self.job is None:
            self._tell("folder.no-results")
        elif self._writing:
            self._tell("folder.writing")
        elif self._under_way or self.phase in (Phase.RUNNING, Phase.OPENING):
            self._tell("folder.pause-first")
        else:
            self._writing = True
            self._tell("folder.writing")
            self._alt_texts.start(partial(write_alt_texts, self.job))

    def _on_opened(self, result: FolderJob | BatchError) -> None:
        if isinstance(result, BatchError):
            self._go_to(Phase.IDLE)
            self._tell_error(result)
            return
        self.job = result
        done = share_done(result)
        if done == 1:
            self._go_to(Phase.IDLE)
            self._tell("folder.done-before", total=result.progress.total)
            return
        self._milestones = Milestones(done, self._clock)
        self._go_to(Phase.RUNNING)
        self.told.emit(opened(result, self._messages))
        self._next()

    def _next(self) -> None:
        job = self.job
        if job is None or self._under_way or self.phase is not Phase.RUNNING:
            return
        if not job.folder.is_dir():  # a memory card was taken out: not each picture is lost, all wait
            self._halt(BatchError(f"Cannot go on with {job.folder}: it is gone.", BatchFault.MISSING))
            return
        path = job.next_file()
        if path is None:
            self._go_to(Phase.IDLE)
            self.told.emit(finished(job, self._messages))
            return
        self._under_way = True
        self._describe(path, partial(self._on_described, job, path))

    def _on_described(self, job: FolderJob, path: Path, answer: Caption | str) -> None:
        """Keep an answer, even one that comes after its folder was stopped."""
        self._under_way = False
        try:
            self._keep(job, path, answer)
        except BatchError as exc:
            self._halt(exc)
            return
        if job is self.job:
            self.described.emit(path.relative_to(job.folder).as_posix(), answer)
            self.changed.emit()
            if self.phase is Phase.RUNNING and self._milestones.reached(share_done(job)):
                self.told.emit(so_far("folder.so-far", job, self._messages))
        # Through the event loop, so that a thousand quick answers are no thousand calls deep.
        QTimer.singleShot(0, self, self._next)

    def _keep(self, job: FolderJob, path: Path, answer: Caption | str) -> None:
        if isinstance(answer, Caption):
            job.done(path, answer)
        elif job.folder.is_dir():
            job.failed(path, answer)
        # else the picture went away with its folder; it is handed out again when both are back

    def _on_alt_texts(self, result: AltTexts | BatchError) -> None:
        self._writing = False
        if isinstance(result, BatchError):
            self._tell_error(result)
        else:
            self.alt_texts_written.emit(result)
            self.told.emit(alt_summary(result, self._messages))

    def _halt(self, error: BatchError) -> None:
        """Pause because something is wrong that the person can put right."""
        if self.phase is not Phase.RUNNING:
            self._tell_error(error)
            return
        _log.warning("%s", error)
        self._go_to(Phase.PAUSED)
        self._tell("folder.halted", reason=self._messages.text(f"batch.{error.fault}"))

    def _go_to(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _tell_error(self, error: BatchError) -> None:
        _log.warning("%s", error)
        self._tell(f"batch.{error.fault}")

    def _tell(self, key: str, **values: object) -> None:
        self.told.emit(self._messages.text(key, **values))
