"""Every window, as a screen reader and a keyboard meet it: names, letters, order, sizes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from assistant.settings import Settings
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.theme import apply_theme
from tests.assistant.windows.gallery import WINDOWS

pytestmark = pytest.mark.slow


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> QWidget:
    apply_theme(qapp, Settings(theme="light"))
    QAccessible.setActive(True)
    made = WINDOWS[request.param](tmp_path)
    qtbot.addWidget(made)
    made.show()
    QApplication.processEvents()
    return made


def focusable(window: QWidget) -> list[QWidget]:
    """Controls the Tab key reaches, in its order."""
    found, widget = [], window.nextInFocusChain()
    while widget is not None and widget is not window:
        inside = widget.objectName().startswith("qt_")  # parts of Qt's own compound controls
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window) and not inside:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found or [window]


def name_of(widget: QWidget) -> str:
    # Of a combo box without its own name Qt gives the chosen text on Linux.
    return widget.accessibleName() or QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_every_control_has_a_name_and_an_identifier(window: QWidget) -> None:
    for widget in focusable(window):
        assert name_of(widget).strip(), widget
        assert widget.accessibleIdentifier() or widget.parent() is None, name_of(widget)


def test_names_tell_controls_apart(window: QWidget) -> None:
    names = Counter(name_of(widget) for widget in focusable(window))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_letter_is_used_twice(window: QWidget) -> None:
    buttons: list[QAbstractButton] = window.findChildren(QAbstractButton)
    labels = [label for label in window.findChildren(QLabel) if label.buddy()]
    shown: list[QAbstractButton | QLabel] = [*buttons, *labels]
    texts = [widget.text() for widget in shown if widget.isVisibleTo(window)]
    letters = Counter(QKeySequence.mnemonic(text).toString() for text in texts)
    assert {letter: count for letter, count in letters.items() if letter and count > 1} == {}


def test_controls_are_large_enough(window: QWidget) -> None:
    for widget in focusable(window):
        assert widget.height() >= LEAST_SIZE_PX, name_of(widget)
        assert widget.width() >= LEAST_SIZE_PX, name_of(widget)


def test_the_tab_key_follows_the_reading_order(window: QWidget) -> None:
    """Rows from top to bottom, in a row from left to right."""
    widgets = focusable(window)
    start = min(range(len(widgets)), key=lambda i: place(widgets[i], window))
    places = [place(widget, window) for widget in widgets[start:] + widgets[:start]]
    assert places == sorted(places)


def place(widget: QWidget, window: QWidget) -> tuple[int, int]:
    """Row and column of the upper left corner, in pixels; corners of one row may differ a little."""
    corner = widget.mapTo(window, QPoint()) if widget is not window else QPoint()
    return corner.y() // 12, corner.x()


def test_nothing_is_reached_by_the_mouse_only(window: QWidget) -> None:
    reached = set(map(id, focusable(window)))
    for made in window.findChildren(QAbstractButton):
        if made.isVisibleTo(window) and made.isEnabled() and made.objectName():
            assert id(made) in reached, made.text()
