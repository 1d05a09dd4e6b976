"""Widgets a screen reader can name: each has an accessible name, a stable id and a size that can be hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

LEAST_SIZE_PX = 24  # WCAG 2.2, 2.5.8

_Control = TypeVar("_Control", bound=QWidget)


def spoken_name(text: str) -> str:
    """A label as it is read: without the ampersand of its mnemonic and without a colon or dots at its end."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(":…. ")


def identify(control: _Control, identifier: str, name: str) -> _Control:
    """Give a control what assistive technology and tests find it by.

    Args:
        control: any widget.
        identifier: stable, language-independent.
        name: as the screen reader says it; may hold a mnemonic.
    """
    control.setObjectName(identifier)
    control.setAccessibleIdentifier(identifier)
    control.setAccessibleName(spoken_name(name))
    # Only where it is needed: an explicit minimum hides from layouts how much room large text takes.
    hint = control.minimumSizeHint()
    if hint.height() < LEAST_SIZE_PX:
        control.setMinimumHeight(LEAST_SIZE_PX)
    if hint.width() < LEAST_SIZE_PX:
        control.setMinimumWidth(LEAST_SIZE_PX)
    return control


def button(
    identifier: str, text: str, action: Callable[[], object], *, shortcut: str = "", hint: str = ""
) -> QPushButton:
    """A push button.

    Args:
        identifier: stable, language-independent.
        text: with a mnemonic.
        action: what pressing it does.
        shortcut: a key besides the mnemonic, such as ``Ctrl+O``; said in the tooltip.
        hint: what it does, where the text does not say it all.
    """
    made = identify(QPushButton(text), identifier, text)
    made.clicked.connect(lambda: action())
    made.setAutoDefault(False)
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
        # A shortcut replaces the mnemonic; both are wanted.
        mnemonic = QKeySequence.mnemonic(text)
        if not mnemonic.isEmpty():
            made.setShortcut(mnemonic)
            _also(made, shortcut)
    tip = " ".join(part for part in (hint, f"({shortcut})" if shortcut else "") if part)
    made.setToolTip(tip)
    made.setAccessibleDescription(tip)
    return made


def _also(made: QPushButton, shortcut: str) -> None:
    """A second key for a button; while the button is disabled the key does nothing."""
    QShortcut(QKeySequence(shortcut), made).activated.connect(made.animateClick)


def reading_box(identifier: str, name: str) -> QPlainTextEdit:
    """Text that is read and not written: focusable, selectable, readable by line, word and letter."""
    box = identify(QPlainTextEdit(), identifier, name)
    box.setReadOnly(True)
    # Read-only alone would leave the mouse only: no reading by line or letter with the arrow keys.
    flag = Qt.TextInteractionFlag
    box.setTextInteractionFlags(flag.TextSelectableByMouse | flag.TextSelectableByKeyboard)
    box.setTabChangesFocus(True)
    return box


def reading_line(identifier: str, name: str) -> QLineEdit:
    """One line of the same kind."""
    line = identify(QLineEdit(), identifier, name)
    line.setReadOnly(True)
    return line


def label_for(control: QWidget, text: str) -> QLabel:
    """A visible label whose mnemonic goes to a control."""
    label = QLabel(text)
    label.setBuddy(control)
    label.setWordWrap(True)
    return label
