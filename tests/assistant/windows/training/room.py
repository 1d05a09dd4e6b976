"""The training window with a training command that learns nothing, and folders of data to give it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from assistant.messages import Language, Messages
from assistant.model_shelf import ModelShelf
from assistant.windows.training import TrainingWindow, Workshop
from engine import ModelInstaller, ModelStore
from tests.fakes import wait_until
from tests.store_models import make_model

MESSAGES = Messages("vi")
PAGES = ("data", "options", "progress", "results")
FAKE = Path(__file__).with_name("fake_training.py")

LIMIT_S = 20.0
"""For processes to start and to do their work on a busy computer."""

_Control = TypeVar("_Control", bound=QWidget)


def fake_command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", str(FAKE), *arguments]


def make_data(folder: Path, *, photos: int = 5, slow_s: float = 0.0, explode: bool = False) -> Path:
    """A folder the fake command understands."""
    folder.mkdir(parents=True)
    rows = "".join(f"{number}.png,một con mèo\n" for number in range(photos))
    (folder / "captions.csv").write_text(rows, encoding="utf-8")
    if slow_s:
        (folder / "slow").write_text(str(slow_s))
    if explode:
        (folder / "explode").touch()
    return folder


def workshop(folder: Path) -> Workshop:
    """Runs, a base model that came with the program, and a folder for new ones."""
    base = folder / "builtin"
    if not base.exists():
        make_model(base, "starter")
    installer = ModelInstaller(folder / "own")
    shelf = ModelShelf(ModelStore([installer.root, base]), installer, lambda: "starter")
    return Workshop(folder / "runs", shelf, fake_command, current="starter")


class Room:
    """A window, and everything it said.

    Args:
        qtbot: of the test.
        folder: for runs and models; that of another room is gone on with.
        language: of the window.
        change: gives the window something else to work with.
    """

    def __init__(
        self,
        qtbot: QtBot,
        folder: Path,
        *,
        language: Language = "vi",
        change: Callable[[Workshop], Workshop] = lambda shop: shop,
    ) -> None:
        self.folder = folder
        self.workshop = change(workshop(folder))
        self.window = TrainingWindow(self.workshop, Messages(language))
        self.told: list[str] = []
        self.wanted: list[str] = []
        self.window.told.connect(self.told.append)
        self.window.model_wanted.connect(self.wanted.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        found = self.window.findChild(kind, f"training.{name}")
        assert isinstance(found, kind)
        return found

    def press(self, name: str) -> None:
        QTest.keyClick(self.find(QPushButton, name), Qt.Key.Key_Space)

    def turn_to(self, page: str) -> None:
        self.find(QListWidget, "pages").setCurrentRow(PAGES.index(page))

    @property
    def page(self) -> str:
        return PAGES[self.find(QListWidget, "pages").currentRow()]

    def lines(self, name: str) -> list[str]:
        rows = self.find(QListWidget, name)
        return [rows.item(row).text() for row in range(rows.count())]

    def read(self, name: str) -> str:
        return self.find(QPlainTextEdit, name).toPlainText()

    def write(self, name: str, text: str) -> None:
        self.find(QLineEdit, name).setText(text)

    def hear(self, text: str) -> None:
        """Wait for a sentence among all that are said."""
        wait_until(lambda: text in self.told, LIMIT_S)

    def check(self, data: Path) -> None:
        """Type the path of a folder, and wait for the findings."""
        before = len(self.told)
        self.turn_to("data")
        self.write("folder", str(data))
        QTest.keyClick(self.find(QLineEdit, "folder"), Qt.Key.Key_Return)
        self.hear(MESSAGES.text("training.checking"))
        wait_until(lambda: len(self.told) > before + 1, LIMIT_S)

    def start(self, data: Path, name: str = "của-tôi") -> None:
        self.check(data)
        self.turn_to("options")
        self.write("name", name)
        self.press("start")

    def state(self, name: str) -> str:
        """What the run's own file says."""
        file = self.workshop.folder / name / "status.json"
        return str(json.loads(file.read_text())["state"]) if file.exists() else ""

    def wait_for_state(self, name: str, state: str) -> None:
        wait_until(lambda: self.state(name) == state, LIMIT_S)


def told(key: str, **values: object) -> str:
    return MESSAGES.text(f"training-told.{key}", **values)


def said(key: str, **values: object) -> str:
    return MESSAGES.text(f"training.{key}", **values)
