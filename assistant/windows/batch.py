"""The folder window: describes every picture of a folder, stops and goes on, writes the results."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QGridLayout, QProgressBar, QVBoxLayout

from assistant.batch.job import BatchError, FolderJob
from assistant.batch.results import write_alt_texts, write_results
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box, reading_line
from assistant.windows.sizes import resize_for_text
from engine import Caption

TELL_EVERY_S = 5.0
"""Progress is said at each tenth of the pictures, but not more often than this."""

_COLUMNS = 3

Describe = Callable[[Path, Callable[[Caption | str], None]], None]
"""Begins to describe a file; the second argument takes the caption, or a sentence that says why not."""


class BatchWindow(QDialog):
    """One folder at a time, one picture at a time. Closing the window pauses.

    Signals:
        told(str): a sentence that is to be said; the window shows it too.

    Args:
        messages: the texts.
        state_folder: remembers how far each folder has come.
        describe: describes a file in the background and answers in this thread.
    """

    told = Signal(str)

    def __init__(self, messages: Messages, state_folder: Path, describe: Describe) -> None:
        super().__init__()
        self._messages, self._state_folder, self._describe = messages, state_folder, describe
        self._job: FolderJob | None = None
        self._busy = False
        self._told_tenth, self._told_at = 0, 0.0
        self.setWindowTitle(messages.text("folder.title"))
        self._lay_out()
        self._show_state()

    def open_folder(self, folder: Path) -> None:
        """Take a folder up, or up again where it was left."""
        if self._busy:
            return
        try:
            self._job = FolderJob.open(folder, self._state_folder, recursive=self.recursive.isChecked())
        except BatchError as exc:
            self._tell(self._messages.text(f"batch.{exc.fault}"))
            return
        self._job.pause()
        self.path.setText(str(folder))
        done, failed, total = self._job.progress
        self._told_tenth = 10 * (done + failed) // total
        key = "folder.resumed" if done else "folder.opened"
        self._tell(self._messages.text(key, done=done, total=total))
        if self._job.dropped:
            self._tell(self._messages.text("batch.dropped", count=len(self._job.dropped)))
        self._show_state()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing goes on unseen."""
        self._pause()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        text = self._messages.text
        layout, grid = QVBoxLayout(self), QGridLayout()
        self.path = reading_line("folder.path", text("folder.path"))
        self.recursive = identify(
            QCheckBox(text("folder.recursive")), "folder.recursive", text("folder.recursive")
        )
        self.recursive.setChecked(True)
        self.bar = identify(QProgressBar(), "folder.progress", text("folder.progress"))
        self.box = reading_box("folder.latest", text("folder.latest"))
        self.status = reading_line("folder.status", text("folder.status"))
        actions = {"save": self._save, "alt": self._write_alt_texts, "close": self.reject}
        self.go = button("folder.go", text("folder.start"), self._toggle)
        self.buttons = {
            name: button(f"folder.{name}", text(f"folder.{name}"), act) for name, act in actions.items()
        }
        layout.addWidget(label_for(self.path, text("folder.path")))
        layout.addWidget(self.path)
        layout.addWidget(self.recursive)
        layout.addWidget(button("folder.choose", text("folder.choose"), self._choose))
        layout.addWidget(self.bar)
        layout.addWidget(label_for(self.box, text("folder.latest")))
        layout.addWidget(self.box, 1)
        layout.addLayout(grid)
        for place, made in enumerate((self.go, *self.buttons.values())):
            grid.addWidget(made, place // _COLUMNS, place % _COLUMNS)
        layout.addWidget(label_for(self.status, text("folder.status")))
        layout.addWidget(self.status)
        resize_for_text(self, columns=52, lines=22)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._messages.text("folder.choose").replace("&", ""))
        if folder:
            self._pause()
            self.open_folder(Path(folder))

    def _toggle(self) -> None:
        if self._job is None:
            self._tell(self._messages.text("folder.no-folder"))
        elif self._job.paused:
            self._job.resume()
            self._show_state()
            self._next()
        else:
            self._pause()

    def _pause(self) -> None:
        if self._job and not self._job.paused:
            self._job.pause()
            done, _, total = self._job.progress
            self._tell(self._messages.text("folder.paused", done=done, total=total))
            self._show_state()

    def _next(self) -> None:
        if self._job is None or self._busy:
            return
        path = self._job.next_file()
        if path is not None:
            self._busy = True
            job = self._job
            self._describe(path, lambda result: self._on_result(job, path, result))
        elif not self._job.paused:
            self._finish()

    def _on_result(self, job: FolderJob, path: Path, result: Caption | str) -> None:
        self._busy = False
        try:
            if isinstance(result, Caption):
                job.done(path, result)
            else:
                job.failed(path, result)
        except BatchError as exc:
            job.pause()
            self._tell(self._messages.text(f"batch.{exc.fault}"))
            self._show_state()
            return
        sentence = result if isinstance(result, str) else self._messages.caption(result)
        self.box.setPlainText(self._messages.text("folder.one", file=path.name, text=sentence))
        self._show_state()
        self._tell_progress(job)
        QTimer.singleShot(0, self._next)

    def _finish(self) -> None:
        assert self._job
        self._job.pause()
        done, failed, _ = self._job.progress
        self._tell(self._messages.text("folder.finished", done=done, failed=failed))
        self._show_state()

    def _tell_progress(self, job: FolderJob) -> None:
        done, failed, total = job.progress
        tenth = 10 * (done + failed) // total
        now = time.monotonic()
        if tenth > self._told_tenth and now - self._told_at >= TELL_EVERY_S and tenth < 10:
            self._told_tenth, self._told_at = tenth, now
            self._tell(self._messages.text("folder.going", done=done + failed, total=total))

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self._messages.text("folder.save").replace("&", ""), "", "CSV (*.csv);;JSON (*.json)"
        )
        if not name or self._job is None:
            return
        path = Path(name if Path(name).suffix else f"{name}.csv")
        try:
            write_results(self._job, path)
        except BatchError as exc:
            self._tell(self._messages.text(f"batch.{exc.fault}"))
        else:
            self._tell(self._messages.text("describing.saved", path=path))

    def _write_alt_texts(self) -> None:
        if self._job is None:
            return
        try:
            result = write_alt_texts(self._job)
        except BatchError as exc:
            self._tell(self._messages.text(f"batch.{exc.fault}"))
            return
        skipped = [
            self._messages.text(
                "folder.alt-skipped",
                file=item.picture.name,
                reason=self._messages.text(f"batch.{item.reason}"),
            )
            for item in result.skipped
        ]
        if skipped:
            self.box.setPlainText("\n".join(skipped))
        self._tell(
            self._messages.text("folder.alt-written", written=len(result.written), skipped=len(skipped))
        )

    def _show_state(self) -> None:
        job = self._job
        done, failed, total = job.progress if job else (0, 0, 1)
        self.bar.setMaximum(total)
        self.bar.setValue(done + failed)
        started = job is not None and done + failed > 0
        key = "start" if not started else "resume"
        if job is not None and not job.paused:
            key = "pause"
        label = self._messages.text(f"folder.{key}")
        self.go.setText(label)
        identify(self.go, "folder.go", label)
        self.go.setEnabled(job is None or done + failed < total or failed > 0 or not job.paused)
        for name in ("save", "alt"):
            self.buttons[name].setEnabled(started)

    def _tell(self, sentence: str) -> None:
        self.status.setText(sentence)
        self.told.emit(sentence)
