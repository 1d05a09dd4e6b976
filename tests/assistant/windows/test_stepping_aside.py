"""The program's windows leave the screen for the moment of a picture, and only when the person is in one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from assistant.capture.desktop import ActiveWindow, Done, Target, WholeDesktop
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.windows import stepping_aside
from assistant.windows.stepping_aside import SteppingAside
from tests.fakes import wait_until

PICTURE = Picture(np.zeros((4, 4, 3), np.uint8), Origin.SCREEN)


class Camera:
    """A grabber that notes which of the windows were in view, and answers when it is told to."""

    def __init__(self, *windows: QWidget) -> None:
        self.windows = windows
        self.seen: list[tuple[Target, list[QWidget]]] = []
        self.waiting: list[Done] = []

    def grab(self, target: Target, done: Done) -> None:
        in_view = [window for window in self.windows if window.isVisible() and not window.isMinimized()]
        self.seen.append((target, in_view))
        self.waiting.append(done)


@pytest.fixture
def main(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def other(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_windows_are_away_for_the_picture_and_come_back_as_they_were(
    qtbot: QtBot, main: QWidget, other: QWidget
) -> None:
    other.showMaximized()
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    camera = Camera(main, other)
    results: list[Picture | CaptureError] = []
    SteppingAside(camera, main).grab(ActiveWindow(), results.append)
    wait_until(lambda: bool(camera.seen))
    assert camera.seen == [(ActiveWindow(), [])]
    camera.waiting[0](PICTURE)
    assert results == [PICTURE]
    wait_until(main.isActiveWindow)
    assert other.isMaximized()
    assert not main.isMinimized()


def test_they_come_back_after_a_failure_too(qtbot: QtBot, main: QWidget) -> None:
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    camera, error = Camera(main), CaptureError("x", CaptureFault.REFUSED)
    results: list[Picture | CaptureError] = []
    SteppingAside(camera, main).grab(WholeDesktop(), results.append)
    wait_until(lambda: bool(camera.seen))
    camera.waiting[0](error)
    assert results == [error]
    assert main.isVisible()
    assert not main.isMinimized()


def test_nothing_moves_when_another_program_has_the_focus(
    qtbot: QtBot, main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a hotkey pressed in another program, THEN the picture is taken at once and as the screen is."""
    main.show()
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    camera = Camera(main)
    SteppingAside(camera, main).grab(WholeDesktop(), lambda _: None)
    assert camera.seen == [(WholeDesktop(), [main])]


def test_a_late_picture_leaves_the_focus_where_it_is(
    qtbot: QtBot, main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN the system asked for permission first, THEN the windows come back and take nothing away."""
    monkeypatch.setattr(stepping_aside, "FOCUS_BACK_MS", 0)
    activated: list[bool] = []
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    monkeypatch.setattr(QWidget, "activateWindow", lambda _: activated.append(True))
    camera = Camera(main)
    SteppingAside(camera, main).grab(WholeDesktop(), lambda _: None)
    wait_until(lambda: bool(camera.seen))
    camera.waiting[0](PICTURE)
    assert not main.isMinimized()
    assert activated == []


def test_a_window_may_be_gone_by_then(qtbot: QtBot, main: QWidget) -> None:
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    short_lived = QWidget()
    short_lived.show()
    camera = Camera(main)
    results: list[Picture | CaptureError] = []
    SteppingAside(camera, main).grab(WholeDesktop(), results.append)
    wait_until(lambda: bool(camera.seen))
    delete(short_lived)
    camera.waiting[0](PICTURE)
    assert results == [PICTURE]
