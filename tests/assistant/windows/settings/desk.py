"""The settings window, used with the keyboard."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import Action
from assistant.messages import Language, Messages
from assistant.settings import Settings
from assistant.windows.key_field import KeyField
from assistant.windows.settings import Choices, SettingsWindow
from tests.assistant.windows.settings.trials import FakeTrials

Key = Qt.Key

ALL = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
)

ALT = Qt.KeyboardModifier.AltModifier

PAGES = ["Chung", "Mô tả", "Đọc và âm báo", "Giọng đọc", "Lịch sử", "Phím tắt"]

NOT_HERE = {"first_run_done", "hotkeys", "voices"}
"""The first belongs to the guide; the others are several fields each."""

ON_THE_VOICE_PAGE = {"voice_engine", "voices", "online_voice"}

_Control = TypeVar("_Control", bound=QWidget)


class Desk:
    """A window, and everything that came out of it."""

    def __init__(
        self,
        qtbot: QtBot,
        settings: Settings | None = None,
        choices: Choices | None = None,
        language: Language = "vi",
    ) -> None:
        self._qtbot = qtbot
        self.messages = Messages(language)
        self.trials = FakeTrials()
        if choices is None:
            cameras = (("usb-1", "Máy ảnh trước"),)
            choices = Choices(models=("starter", "lon-hon"), cameras=cameras, voices=self.trials)
        self.window = SettingsWindow(settings or Settings(), self.messages, choices)
        self.saved: list[Settings] = []
        self.said: list[str] = []
        self.captures: list[bool] = []
        self.window.saved.connect(self.saved.append)
        self.window.told.connect(self.said.append)
        self.window.capturing.connect(self.captures.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        return self.window.findChild(kind, f"settings.{name}")

    def hotkey(self, action: Action) -> KeyField:
        return self.find(KeyField, f"hotkey-{action}")

    def press(self, action: Action, key: Qt.Key) -> None:
        """Give an action the three modifiers and a key."""
        self.turn_to("Phím tắt")
        self.hotkey(action).setFocus()
        self._qtbot.keyClick(self.hotkey(action), key, ALL)

    def turn_to(self, page: str) -> None:
        pages = self.find(QListWidget, "pages")
        (item,) = pages.findItems(page, Qt.MatchFlag.MatchExactly)
        pages.setCurrentItem(item)

    def click(self, name: str) -> None:
        self.find(QPushButton, name).click()

    @property
    def status(self) -> str:
        return self.find(QPlainTextEdit, "status").toPlainText()
