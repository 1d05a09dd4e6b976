"""The models window, with an installer whose downloads go as the test says."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from assistant.messages import Language, Messages
from assistant.model_shelf import ModelShelf
from assistant.windows.models import ModelsWindow
from assistant.windows.question import Question
from engine import (
    BUILTIN_CATALOGUE,
    ModelFolder,
    ModelInstaller,
    ModelStore,
    OfferedModel,
    StoreError,
    StoreFault,
    Transfer,
)
from tests.fakes import wait_until
from tests.store_models import make_model, offer

MESSAGES = Messages("vi")

_Control = TypeVar("_Control", bound=QWidget)


class FakeInstaller(ModelInstaller):
    """Imports and removes as the real one; a download follows the test.

    Attributes:
        published: name -> what a download ends with.
        fetched: names, in the order of the downloads.
        steps: percentages to report; an error to raise; ``None`` ends well.
        kept_percent: what earlier downloads left.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.published: dict[str, ModelFolder] = {}
        self.fetched: list[str] = []
        self.steps: queue.Queue[int | StoreError | None] = queue.Queue()
        self.kept_percent = 0

    def fetch(self, model: OfferedModel, transfer: Transfer | None = None) -> ModelFolder:
        assert transfer
        self.fetched.append(model.name)
        while True:
            try:
                step = self.steps.get(timeout=0.01)
            except queue.Empty:
                transfer.check()
                continue
            if step is None:
                return super().import_from(self.published[model.name].path, transfer)
            if isinstance(step, StoreError):
                raise step
            transfer.report(step * 1000, 100_000)

    def kept_bytes(self, model: OfferedModel) -> int:
        return -(-model.size_bytes * self.kept_percent // 100)


class Room:
    """A window, its models, and everything it said.

    Args:
        qtbot: of the test.
        folder: an empty folder.
        language: of the window.
        bare: there are no models and none are offered.
    """

    def __init__(self, qtbot: QtBot, folder: Path, language: Language = "vi", *, bare: bool = False) -> None:
        self.chosen = "starter"
        self.builtin = make_model(folder / "builtin", "starter")
        published = make_model(folder / "published")
        self.installer = FakeInstaller(folder / "own")
        self.installer.published["ktvic"] = published
        self.offer = offer(published, "https://models.example")
        offers = () if bare else (self.offer,)
        self.catalogues: dict[str, Sequence[OfferedModel]] = {str(BUILTIN_CATALOGUE): offers}
        self.now_s = 0.0
        store = ModelStore([self.installer.root] if bare else [self.installer.root, folder / "builtin"])
        self.shelf = ModelShelf(store, self.installer, lambda: self.chosen)
        self.window = ModelsWindow(
            self.shelf, Messages(language), read=self.read, address="cũ.json", clock=lambda: self.now_s
        )
        self.told: list[str] = []
        self.changes = 0
        self.addresses: list[str] = []
        self.window.told.connect(self.told.append)
        self.window.models_changed.connect(self._on_changed)
        self.window.catalogue_read.connect(self.addresses.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def read(self, where: str | Path, transfer: Transfer) -> Sequence[OfferedModel]:
        transfer.check()
        try:
            return self.catalogues[str(where)]
        except KeyError:
            raise StoreError(f"no {where}", StoreFault.OFFLINE) from None

    def _on_changed(self) -> None:
        self.changes += 1

    def find(self, kind: type[_Control], name: str) -> _Control:
        found = self.window.findChild(kind, f"models.{name}")
        assert isinstance(found, kind)
        return found

    def press(self, name: str) -> None:
        QTest.keyClick(self.find(QPushButton, name), Qt.Key.Key_Space)

    def lines(self) -> list[str]:
        rows = self.find(QListWidget, "list")
        return [rows.item(row).text() for row in range(rows.count())]

    def choose(self, row: int) -> None:
        self.find(QListWidget, "list").setCurrentRow(row)

    @property
    def details(self) -> list[str]:
        return self.find(QPlainTextEdit, "details").toPlainText().split("\n")

    @property
    def percent(self) -> int:
        return self.find(QProgressBar, "progress").value()

    def question(self) -> str:
        """What is asked; the test may then ``answer``."""
        found = self.window.findChild(Question)
        assert found
        label = found.findChild(QLabel)
        assert isinstance(label, QLabel)
        return label.text()

    def answer(self, what: str) -> None:
        found = self.window.findChild(Question)
        assert found
        button = found.findChild(QPushButton, f"question.{what}")
        assert isinstance(button, QPushButton)
        QTest.keyClick(button, Qt.Key.Key_Space)

    def download(self) -> None:
        """Agree to download the offered model."""
        self.choose(len(self.lines()) - 1)
        self.press("get")
        self.answer("yes")

    def hear(self, text: str) -> None:
        """Wait for a sentence, and check that it stands in the window too."""
        wait_until(lambda: bool(self.told) and self.told[-1] == text)
        assert self.find(QPlainTextEdit, "status").toPlainText() == text

    def wait_for_percent(self, percent: int) -> None:
        self.installer.steps.put(percent)
        wait_until(lambda: self.percent == percent)
