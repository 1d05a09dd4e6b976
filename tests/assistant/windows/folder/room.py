"""The folder window on real folders and a real job: one picture at a time, pauses, restarts, errors."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.batch.describer import Done
from assistant.messages import Messages
from assistant.windows.batch import BatchWindow
from engine import Caption, Verdict
from tests.fakes import wait_until

MESSAGES = Messages("vi")

_Control = TypeVar("_Control", bound=QWidget)


class FakeDescriber(QObject):
    """Answers a moment later in the window's thread, one picture at a time, as the real one.

    Attributes:
        held: wait for ``answer`` instead.
        refusals: name of a picture -> why it cannot be described.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.held = False
        self.refusals = {"hỏng.png": "Tệp ảnh này bị hỏng."}
        self.now_s = 0.0
        self._waiting: tuple[Path, Done] | None = None

    @property
    def busy(self) -> bool:
        return self._waiting is not None

    def describe(self, path: Path, done: Done) -> None:
        assert self._waiting is None, "two pictures under way"
        self._waiting = (path, done)
        self.files.append(path.name)
        if not self.held:
            QTimer.singleShot(1, self, self.answer)

    def answer(self) -> None:
        assert self._waiting
        (path, done), self._waiting = self._waiting, None
        self.now_s += 1.0
        if reason := self.refusals.get(path.name):
            done(reason)
        else:
            done(Caption(text=f"ảnh {path.stem}", confidence=0.8, verdict=Verdict.PHOTO, model="m"))


class Room:
    """A window, its describer, and everything it said."""

    def __init__(self, qtbot: QtBot, state: Path) -> None:
        self.describer = FakeDescriber()
        describer = self.describer
        self.window = BatchWindow(MESSAGES, state, describer.describe, clock=lambda: describer.now_s)
        self.told: list[str] = []
        self.window.told.connect(self.told.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        found = self.window.findChild(kind, f"folder.{name}")
        assert isinstance(found, kind)
        return found

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        assert button.isEnabled()
        QTest.keyClick(button, Qt.Key.Key_Space)

    @property
    def main(self) -> str:
        """What the button that starts, pauses and resumes is called."""
        button = self.find(QPushButton, "go")
        assert button.text().replace("&", "") == button.accessibleName()
        return button.accessibleName()

    @property
    def latest(self) -> str:
        return self.find(QPlainTextEdit, "latest").toPlainText()

    def start(self, folder: Path) -> None:
        line = self.find(QLineEdit, "path")
        line.setFocus()
        line.setText(str(folder))
        QTest.keyClick(line, Qt.Key.Key_Return)

    def hear(self, beginning: str) -> str:
        """Wait for a sentence, and check that it stands in the window too."""
        wait_until(lambda: bool(self.told) and self.told[-1].startswith(beginning))
        assert self.find(QPlainTextEdit, "status").toPlainText() == self.told[-1]
        return self.told[-1]

    def save(self, name: str) -> None:
        self.press("save")
        dialog = self.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(name)
        QTest.keyClick(edit, Qt.Key.Key_Return)


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / name)
    return folder
