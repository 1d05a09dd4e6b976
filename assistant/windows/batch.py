"""The folder window: describes every picture of a folder, can be paused, and goes on after a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from assistant.batch.results import AltTexts
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box, spoken_name
from assistant.windows.file_dialogs import ask_folder, ask_table_file
from assistant.windows.folder_run import Describe, FolderRun, Phase
from assistant.windows.folder_words import alt_report, result
from assistant.windows.sizes import resize_for_text
from engine import Caption

_MAIN_KEYS = {
    Phase.IDLE: "folder.start",
    Phase.OPENING: "folder.start",
    Phase.RUNNING: "folder.pause",
    Phase.PAUSED: "folder.resume",
}


class BatchWindow(QDialog):
    """Chooses a folder, shows how far its pictures are, and stores what came out. Closing it pauses.

    Signals:
        told(str): a sentence for the person; it stands in the status line too.

    Args:
        messages: the texts.
        state_folder: keeps how far each folder is.
        describe: begins to describe a file, and calls back in this thread exactly once, with a caption or a
            sentence that says why there is none. Never called while another file is under way.
        clock: seconds that only grow.
    """

    told = Signal(str)

    def __init__(
        self,
        messages: Messages,
        state_folder: Path,
        describe: Describe,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._messages = messages
        self._run = FolderRun(messages, state_folder, describe, clock=clock, parent=self)
        self.setWindowTitle(messages.text("folder.title"))
        self.setAccessibleName(messages.text("folder.title"))
        self._folder = identify(QLineEdit(), "folder.path", messages.text("folder.path"))
        self._choose = self._button("choose", self._ask_folder)
        self._recursive = identify(
            QCheckBox(messages.text("folder.recursive")),
            "folder.recursive",
            messages.text("folder.recursive"),
        )
        self._recursive.setChecked(True)
        self._main = button("folder.go", messages.text("folder.start"), self._press_main)
        self._bar = identify(QProgressBar(), "folder.progress", messages.text("folder.progress-name"))
        self._result = reading_box("folder.latest", messages.text("folder.latest"))
        self._status = reading_box("folder.status", messages.text("folder.status"))
        self._lay_out()
        self._folder.returnPressed.connect(self._press_main)
        self._run.changed.connect(self._show_run)
        self._run.described.connect(self._show_result)
        self._run.alt_texts_written.connect(self._show_alt_texts)
        self._run.told.connect(self._tell)
        self._show_run()

    def open_folder(self, path: Path) -> None:
        """Begin with a folder that was dropped on the program."""
        if self._run.phase is Phase.IDLE:
            self._folder.setText(str(path))
        self._start(path)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Pause, however the window was closed; minimised, it goes on."""
        super().hideEvent(event)
        if event.spontaneous():
            return
        if self._run.phase is Phase.OPENING:
            self._run.stop()
        self._run.pause()

    def _button(self, name: str, action: Callable[[], object]) -> QPushButton:
        return button(f"folder.{name}", self._messages.text(f"folder.{name}"), action)

    def _lay_out(self) -> None:
        """The order in which controls are added is the order of the Tab key."""
        layout = QVBoxLayout(self)
        layout.addWidget(label_for(self._folder, self._messages.text("folder.path")))
        top = QHBoxLayout()
        top.addWidget(self._folder, 1)
        top.addWidget(self._choose)
        layout.addLayout(top)
        layout.addWidget(self._recursive)
        middle = QHBoxLayout()
        middle.addWidget(self._main)
        middle.addWidget(self._button("stop", self._run.stop))
        layout.addLayout(middle)
        layout.addWidget(label_for(self._bar, self._messages.text("folder.progress-name")))
        layout.addWidget(self._bar)
        layout.addWidget(label_for(self._result, self._messages.text("folder.latest")))
        layout.addWidget(self._result, 2)
        bottom = QGridLayout()
        bottom.addWidget(self._button("save", self._save), 0, 0)
        bottom.addWidget(self._button("alt", self._run.write_alt_texts), 0, 1)
        bottom.addWidget(self._button("close", self.reject), 1, 0, 1, 2)
        layout.addLayout(bottom)
        layout.addWidget(label_for(self._status, self._messages.text("folder.status")))
        layout.addWidget(self._status, 1)
        resize_for_text(self, columns=48, lines=30)

    def _press_main(self) -> None:
        if self._run.phase is Phase.RUNNING:
            self._run.pause()
        elif self._run.phase is Phase.PAUSED:
            self._run.resume()
        elif name := self._folder.text().strip().strip('"'):  # Windows copies paths in quotation marks
            self._start(Path(name))
        else:
            self._tell(self._messages.text("folder.none-chosen"))

    def _start(self, folder: Path) -> None:
        # Here the focus is on what pauses, and not on something that cannot be used while it runs.
        self._main.setFocus()
        self._run.start(folder, recursive=self._recursive.isChecked())

    def _ask_folder(self) -> None:
        start = Path(self._folder.text() or Path.home())
        ask_folder(self, self._messages, start=start, chosen=self._folder.setText)

    def _save(self) -> None:
        job = self._run.job
        if job is None:
            self._tell(self._messages.text("folder.no-results"))
            return
        name = job.folder.name or self._messages.text("folder.file-name")
        ask_table_file(self, self._messages, name=name, chosen=self._save_to)

    def _save_to(self, path: str) -> None:
        self._run.save(Path(path))

    def _show_run(self) -> None:
        phase, job = self._run.phase, self._run.job
        text = self._messages.text(_MAIN_KEYS[phase])
        if text != self._main.text():
            self._main.setText(text)
            self._main.setAccessibleName(spoken_name(text))
        idle = phase is Phase.IDLE
        self._folder.setReadOnly(not idle)  # still to be read
        self._choose.setEnabled(idle)
        self._recursive.setEnabled(idle)
        if job:
            done, failed, total = job.progress
            self._bar.setRange(0, total)
            self._bar.setValue(done + failed)
            self._bar.setFormat(self._messages.text("folder.progress-text", done=done + failed, total=total))

    def _show_result(self, file: str, answer: Caption | str) -> None:
        self._result.setPlainText(result(file, answer, self._messages))

    def _show_alt_texts(self, texts: AltTexts) -> None:
        self._result.setPlainText(alt_report(texts, self._messages))

    def _tell(self, text: str) -> None:
        self._status.setPlainText(text)
        self.told.emit(text)
