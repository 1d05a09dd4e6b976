"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import Action, ChordError, parse_chord
from assistant.messages import Messages
from assistant.windows.controls import label_for
from assistant.windows.key_field import KeyField, chord_problem

ROOT = Path(__file__).resolve().parents[4]

Key = Qt.Key

NONE = Qt.KeyboardModifier.NoModifier

CTRL = Qt.KeyboardModifier.ControlModifier

ALT = Qt.KeyboardModifier.AltModifier

SHIFT = Qt.KeyboardModifier.ShiftModifier

META = Qt.KeyboardModifier.MetaModifier

KEYPAD = Qt.KeyboardModifier.KeypadModifier

ALL = CTRL | ALT | SHIFT

DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease

FLAGS = {Key.Key_Control: CTRL, Key.Key_Alt: ALT, Key.Key_Shift: SHIFT, Key.Key_Meta: META}

OLD = "Ctrl+Alt+Shift+M"


class Form(QWidget):
    """A key field between two buttons, one of which has a mnemonic."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.messages = Messages("vi")
        self.field = KeyField(Action.SCREEN, self.messages, OLD)
        self.before, self.after = QPushButton("&Kia"), QPushButton("Sau")
        layout = QVBoxLayout(self)
        layout.addWidget(self.before)
        layout.addWidget(label_for(self.field, "&1. Màn hình:"))
        for control in (self.field, self.after):
            layout.addWidget(control)
        self.chords: list[str] = []
        self.problems: list[str] = []
        self.captures: list[bool] = []
        self.clicks: list[bool] = []
        self.field.chord_changed.connect(self.chords.append)
        self.field.problem.connect(self.problems.append)
        self.field.capturing.connect(self.captures.append)
        self.before.clicked.connect(lambda: self.clicks.append(True))

    def why_not(self, chord: str) -> str:
        """The words for a chord that cannot be a hotkey."""
        with pytest.raises(ChordError) as refused:
            parse_chord(chord)
        return chord_problem(refused.value, self.messages)
