"""Every window, as a screen reader and a keyboard meet it: names, letters, order, sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QWidget,
)

from assistant.capture.camera import CameraDevice
from assistant.capture.picture import Origin, Picture
from assistant.history import History
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.windows.about import AboutWindow
from assistant.windows.batch import BatchWindow
from assistant.windows.camera import CameraWindow
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.first_run import Facts, FirstRunGuide, Trials
from assistant.windows.history import HistoryWindow
from assistant.windows.main_window import MainWindow
from assistant.windows.region import RegionSelector
from assistant.windows.settings import SettingsWindow
from assistant.windows.settings_pages import Choices
from assistant.windows.theme import apply_theme
from engine import Caption, Verdict

pytestmark = pytest.mark.slow

MESSAGES = Messages("vi")
PICTURE = Picture(np.full((60, 80, 3), 90, np.uint8), Origin.SCREEN)
CAPTION = Caption(text="một con mèo", confidence=0.7, verdict=Verdict.PHOTO, model="starter")


class FakeCamera(QObject):
    """One camera without frames."""

    frame_arrived = Signal(object)
    failed = Signal(object)

    def devices(self) -> list[CameraDevice]:
        return [CameraDevice("1", "Máy ảnh thử")]

    def start(self, device_id: str) -> None:
        pass

    def stop(self) -> None:
        pass


def history_window(folder: Path) -> QWidget:
    history = History(folder, limit_bytes=10**7, limit_age=timedelta(days=3))
    history.add(CAPTION, PICTURE)
    return HistoryWindow(history, MESSAGES, confirm_delete=True)


def guide(folder: Path) -> QWidget:
    facts = Facts(model="starter", model_mb=30, reader=False, voice="espeak-ng")
    trials = Trials(screen=lambda done: None, model=lambda done: None, voice=lambda: None)
    return FirstRunGuide(MESSAGES, facts, trials)


WINDOWS: dict[str, Callable[[Path], QWidget]] = {
    "main": lambda folder: MainWindow(MESSAGES),
    "settings": lambda folder: SettingsWindow(Settings(), MESSAGES, Choices(("starter",))),
    "guide": guide,
    "about": lambda folder: AboutWindow(MESSAGES, {"settings": folder}),
    "history": history_window,
    "folder": lambda folder: BatchWindow(MESSAGES, folder, lambda path, done: None),
    "camera": lambda folder: CameraWindow(FakeCamera(), MESSAGES, lambda text: None, ""),
    "region": lambda folder: RegionSelector(PICTURE, MESSAGES),
}


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, qtbot, tmp_path: Path) -> QWidget:  # type: ignore[no-untyped-def]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, Settings(theme="light"))
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
    texts = [
        widget.text()
        for kind in (QAbstractButton, QLabel)
        for widget in window.findChildren(kind)
        if widget.isVisibleTo(window) and not (isinstance(widget, QLabel) and widget.buddy() is None)
    ]
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
