"""The region selector by keys and by mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.capture.picture import Origin, Picture
from assistant.messages import Messages
from assistant.windows import region
from assistant.windows.region import RegionSelector
from tests.fakes import wait_until

MESSAGES = Messages("vi")
NO = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Desk:
    def __init__(self, qtbot, high: int = 600, wide: int = 900) -> None:  # type: ignore[no-untyped-def]
        rows, columns = np.mgrid[0:high, 0:wide]
        pixels = np.stack([rows % 256, columns % 256, (rows + columns) % 256], axis=2).astype(np.uint8)
        self.desktop = Picture(pixels, Origin.SCREEN)
        self.selector = RegionSelector(self.desktop, MESSAGES)
        qtbot.addWidget(self.selector)
        self.chosen: list[Picture] = []
        self.told: list[str] = []
        self.cancelled: list[bool] = []
        self.selector.chosen.connect(self.chosen.append)
        self.selector.told.connect(self.told.append)
        self.selector.cancelled.connect(lambda: self.cancelled.append(True))
        self.selector.show()
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.selector, key, modifier)


@pytest.fixture
def desk(qtbot) -> Desk:  # type: ignore[no-untyped-def]
    return Desk(qtbot)


def test_the_keys_are_explained_first(desk: Desk) -> None:
    wait_until(lambda: bool(desk.told))
    assert desk.told == [MESSAGES.text("region-window.help")]


def test_a_part_by_its_number(desk: Desk) -> None:
    desk.key(Qt.Key.Key_3)
    assert "Góc trên bên phải." in desk.told
    desk.key(Qt.Key.Key_Return)
    picture = desk.chosen[0]
    assert picture.origin is Origin.REGION
    assert np.array_equal(picture.pixels, desk.desktop.pixels[0:200, 600:900])
    assert picture.pixels.flags.c_contiguous
    assert not desk.selector.isVisible()


def test_everything(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A)
    desk.key(Qt.Key.Key_Enter)
    assert np.array_equal(desk.chosen[0].pixels, desk.desktop.pixels)


def test_arrows_move_and_resize_coarsely_and_by_pixels(desk: Desk) -> None:
    desk.key(Qt.Key.Key_5)
    start = desk.selector.selection
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Down, CTRL)
    desk.key(Qt.Key.Key_Left, SHIFT)
    desk.key(Qt.Key.Key_Down, SHIFT | CTRL)
    found = desk.selector.selection
    assert found.left == start.left + 900 // region.STEP_SHARE
    assert found.top == start.top + 1
    assert found.width == start.width - 900 // region.STEP_SHARE
    assert found.height == start.height + 1


def test_a_held_key_is_told_once_it_rests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_until(lambda: bool(desk.told))
    desk.told.clear()
    for _ in range(10):
        desk.key(Qt.Key.Key_Left)
    assert desk.told == []
    wait_until(lambda: bool(desk.told))
    left, top, right, bottom = desk.selector.selection.percent
    assert desk.told == [MESSAGES.text("region-window.place", left=left, top=top, right=right, bottom=bottom)]


def test_escape(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Escape)
    assert desk.cancelled == [True]
    assert desk.chosen == []
    assert desk.told[-1] == MESSAGES.text("region-window.cancelled")


def test_dragging_and_clicking(desk: Desk) -> None:
    selector = desk.selector
    across = selector.width() / 900
    along = selector.height() / 600
    begin = QPoint(round(100 * across), round(50 * along))
    end = QPoint(round(400 * across), round(250 * along))
    QTest.mouseClick(selector, Qt.MouseButton.LeftButton, NO, begin)
    assert desk.chosen == []
    QTest.mousePress(selector, Qt.MouseButton.LeftButton, NO, end)
    QTest.mouseMove(selector, begin)
    QTest.mouseRelease(selector, Qt.MouseButton.LeftButton, NO, begin)
    high, wide = desk.chosen[0].pixels.shape[:2]
    assert abs(wide - 300) <= 2
    assert abs(high - 200) <= 2
