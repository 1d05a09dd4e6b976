"""Choosing a region by keys and by mouse, and the arithmetic of where it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from assistant.capture.desktop import Area, bounds
from assistant.capture.picture import Origin, Picture
from assistant.capture.selection import SMALLEST_PX, Selection
from assistant.messages import Messages
from assistant.windows.projection import (
    Projection,
    ninth,
    screen_of,
    screens_in_picture,
    window_over,
)
from assistant.windows.region import QUIET_MS, STEP_SHARE, RegionSelector
from assistant.windows.region_words import place
from engine import Pixels
from tests.fakes import wait_until

ROOT = Path(__file__).resolve().parents[3]
MESSAGES = Messages("vi")
NO = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton

WIDE, HIGH = 780, 600
"""Smaller than the screen Qt makes up when there is none, so that a pixel is a pixel."""

PARTS = (
    "Góc trên bên trái", "Ở giữa phía trên", "Góc trên bên phải", "Ở giữa bên trái", "Chính giữa",
    "Ở giữa bên phải", "Góc dưới bên trái", "Ở giữa phía dưới", "Góc dưới bên phải",
)  # fmt: skip


def coordinates(wide: int, high: int) -> Pixels:
    """A picture each pixel of which says where it is, up to 4096."""
    rows, columns = np.mgrid[0:high, 0:wide]
    high_bits = (rows >> 8 << 4) | columns >> 8
    return np.stack([rows & 255, columns & 255, high_bits], axis=2).astype(np.uint8)


class Room:
    """A selector over a made-up desktop, and its answers."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pixels = coordinates(WIDE, HIGH)
        self.selector = RegionSelector(Picture(self.pixels, Origin.SCREEN), MESSAGES)
        self.chosen: list[Picture] = []
        self.told: list[str] = []
        self.cancelled = 0
        self.selector.chosen.connect(self.chosen.append)
        self.selector.told.connect(self.told.append)
        self.selector.cancelled.connect(self._count)
        qtbot.addWidget(self.selector)
        with qtbot.waitActive(self.selector):
            self.selector.show()
            self.selector.activateWindow()
        wait_until(lambda: bool(self.told))
        self.greeting = self.told.pop()

    def _count(self) -> None:
        self.cancelled += 1

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.selector, key, modifier)

    @property
    def area(self) -> tuple[int, int, int, int]:
        chosen = self.selector.selection
        return chosen.left, chosen.top, chosen.width, chosen.height


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    room = Room(qtbot)
    yield room
    room.selector.close()


class TestKeys:
    def test_the_keys_are_explained_first_and_then_the_place(self, room: Room) -> None:
        assert room.greeting.startswith(MESSAGES.text("region-window.help"))
        assert room.greeting.endswith(" Chính giữa, rộng 33, cao 33, cách trái 33, cách trên 33 phần trăm.")
        assert room.selector.accessibleDescription() == MESSAGES.text("region-window.help")
        assert room.selector.hasFocus()

    @pytest.mark.parametrize(("number", "part"), list(enumerate(PARTS, 1)))
    def test_a_part_by_its_number(self, room: Room, number: int, part: str) -> None:
        row, column = divmod(number - 1, 3)
        room.key(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.KeypadModifier)
        assert room.told[-1].startswith(f"{part}, rộng 33, cao 33, ")
        room.key(Qt.Key.Key_Return)
        (picture,) = room.chosen
        expected = room.pixels[200 * row : 200 * (row + 1), 260 * column : 260 * (column + 1)]
        assert picture.origin is Origin.REGION
        assert np.array_equal(picture.pixels, expected)
        assert picture.pixels.flags.c_contiguous
        assert not room.selector.isVisible()
        assert room.cancelled == 0

    def test_everything(self, room: Room) -> None:
        room.key(Qt.Key.Key_A)
        assert room.told == ["Cả màn hình."]
        room.key(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
        assert np.array_equal(room.chosen[0].pixels, room.pixels)

    def test_arrows_move_and_resize_in_large_steps_and_by_pixels(self, room: Room) -> None:
        left, top, width, height = room.area
        room.key(Qt.Key.Key_Right)
        room.key(Qt.Key.Key_Down, CTRL)
        room.key(Qt.Key.Key_Left, SHIFT)
        room.key(Qt.Key.Key_Down, SHIFT | CTRL)
        across = WIDE // STEP_SHARE
        assert room.area == (left + across, top + 1, width - across, height + 1)

    def test_single_pixels_are_told_in_pixels(self, room: Room) -> None:
        room.key(Qt.Key.Key_Up, CTRL)
        assert room.told == ["Rộng 260, cao 200, cách trái 260, cách trên 199 điểm ảnh."]

    @pytest.mark.slow
    def test_a_held_key_is_told_twice_a_second_and_at_the_end(self, room: Room) -> None:
        for _ in range(40):
            room.key(Qt.Key.Key_Right, CTRL)
            QTest.qWait(30)
        held_ms = 40 * 30
        assert 2 <= len(room.told) <= held_ms // QUIET_MS + 2
        wait_until(lambda: room.told[-1].startswith("Rộng 260, cao 200, cách trái 300,"))
        told = len(room.told)
        QTest.qWait(QUIET_MS + 100)
        assert len(room.told) == told

    def test_escape(self, room: Room) -> None:
        room.key(Qt.Key.Key_Escape)
        assert not room.selector.isVisible()
        assert (room.cancelled, room.chosen) == (1, [])
        assert room.told == ["Đã thôi chọn vùng."]

    def test_it_answers_once_however_often_it_is_closed(self, room: Room) -> None:
        room.selector.close()
        room.selector.close()
        assert room.cancelled == 1


class TestMouse:
    def test_drawing_selects_and_a_double_click_takes(self, room: Room) -> None:
        QTest.mousePress(room.selector, LEFT, NO, QPoint(400, 250))
        QTest.mouseMove(room.selector, QPoint(100, 50))
        QTest.mouseRelease(room.selector, LEFT, NO, QPoint(100, 50))
        assert room.area == (100, 50, 300, 200)
        assert room.chosen == []
        room.key(Qt.Key.Key_Left, CTRL)
        QTest.mouseDClick(room.selector, LEFT, NO, QPoint(200, 100))
        assert np.array_equal(room.chosen[0].pixels, room.pixels[50:250, 99:399])

    def test_an_unsteady_click_changes_nothing(self, room: Room) -> None:
        before = room.area
        QTest.mousePress(room.selector, LEFT, NO, QPoint(400, 250))
        QTest.mouseMove(room.selector, QPoint(402, 252))
        QTest.mouseRelease(room.selector, LEFT, NO, QPoint(402, 252))
        QTest.mouseMove(room.selector, QPoint(100, 50))
        assert room.area == before

    def test_drawing_ends_at_the_edge_of_the_picture(self, room: Room) -> None:
        QTest.mousePress(room.selector, LEFT, NO, QPoint(700, 500))
        QTest.mouseMove(room.selector, QPoint(799, 799))
        assert room.area == (700, 500, 80, 100)


class TestLook:
    @pytest.mark.parametrize("shade", [0, 255])
    def test_the_frame_is_seen_on_black_and_on_white(self, qtbot: QtBot, shade: int) -> None:
        desktop = Picture(np.full((HIGH, WIDE, 3), shade, np.uint8), Origin.SCREEN)
        selector = RegionSelector(desktop, MESSAGES)
        qtbot.addWidget(selector)
        selector.show()
        image = selector.grab().toImage()
        column = [image.pixelColor(390, y).lightness() for y in range(190, 210)]
        ground = image.pixelColor(390, 300).lightness()
        assert ground == shade
        assert max(abs(lightness - ground) for lightness in column) > 120

    def test_the_keys_are_shown_where_the_selection_is_not(self, room: Room) -> None:
        hint = room.selector.findChild(QLabel, "region.hint")
        assert isinstance(hint, QLabel)
        for number in range(1, 10):
            room.key(Qt.Key(Qt.Key.Key_0 + number))
            box, selection = hint.geometry(), room.selector.selection
            assert box.top() >= 0
            assert box.bottom() < HIGH
            if number not in (4, 5, 6):
                below = box.top() >= selection.top + selection.height
                assert below or box.bottom() < selection.top

    def test_pictures_are_not_kept_after_closing(self, room: Room) -> None:
        room.selector.close()
        assert room.selector._pixels.size == 0
        assert room.selector._image.isNull()


AREAS = st.builds(
    Area, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(64, 5000), st.integers(64, 5000)
)


@given(
    st.integers(1, 8000),
    st.integers(1, 8000),
    st.sampled_from([1.0, 1.25, 1.5, 1.75, 2.0, 3.0]),
    st.integers(0, 8000),
    st.integers(0, 8000),
)
def test_pixel_for_pixel_at_every_ratio(wide: int, high: int, ratio: float, x: int, y: int) -> None:
    """GIVEN a window that covers the desktop THEN a corner of a pixel comes back from where it is drawn."""
    window = window_over(Area(0, 0, wide, high), (0, 0), ratio)
    projection = Projection.fit((wide, high), (window.width, window.height), ratio)
    assert projection.scale == 1 / ratio
    x, y = min(x, wide), min(y, high)
    left, top, width, height = projection.to_window(Area(x, y, wide - x, high - y))
    assert projection.to_picture(left, top) == (x, y)
    assert projection.to_picture(left + width, top + height) == (wide, high)


@given(
    st.integers(1, 8000),
    st.integers(1, 8000),
    st.floats(1, 4000),
    st.floats(1, 4000),
    st.floats(-9000, 9000),
    st.floats(-9000, 9000),
)
def test_no_point_is_outside_the_picture(
    wide: int, high: int, room_wide: float, room_high: float, x: float, y: float
) -> None:
    projection = Projection.fit((wide, high), (room_wide, room_high), 1.0)
    column, row = projection.to_picture(x, y)
    assert 0 <= column <= wide
    assert 0 <= row <= high
    _, _, width, height = projection.to_window(Area(0, 0, wide, high))
    assert width <= room_wide + 1e-6
    assert height <= room_high + 1e-6


@given(st.lists(AREAS, min_size=1, max_size=4), st.integers(1, 9), st.integers(1, 3))
def test_screens_lie_inside_the_picture_wherever_the_desktop_begins(
    screens: list[Area], number: int, factor: int
) -> None:
    """The picture may have more pixels than the system counts, as on macOS."""
    desktop = bounds(screens)
    wide, high = factor * desktop.width, factor * desktop.height
    found = screens_in_picture(screens, wide, high)
    assert bounds(found) == Area(0, 0, wide, high)
    for screen, area in zip(screens, found, strict=True):
        assert (area.width, area.height) == (factor * screen.width, factor * screen.height)
        part = ninth(Selection(wide, high), area, number)
        assert area.left <= part.left <= part.left + max(part.width, SMALLEST_PX)
        assert 0 <= part.left <= part.left + part.width <= wide
        assert 0 <= part.top <= part.top + part.height <= high
        assert place(part, found, MESSAGES)


def test_a_window_over_two_screens_of_ratio_two() -> None:
    """GIVEN a screen 3840 pixels wide left of the main one, THEN Qt counts 0 - 3840 / 2 to its edge."""
    desktop = Area(-3840, -100, 7680, 2260)
    assert window_over(desktop, (0, 0), 2.0) == Area(-1920, -50, 3840, 1130)
    assert window_over(desktop, (-3840, -100), 2.0) == Area(-3840, -100, 3840, 1130)


SCREENS = (Area(0, 0, 1000, 800), Area(1000, 0, 2000, 1000))


@pytest.mark.parametrize(
    ("corners", "where", "part", "percent"),
    [
        ((1000, 0, 1500, 250), "Màn hình 2.", "Góc trên bên trái", (25, 25, 0, 0)),
        ((800, 600, 1000, 800), "Màn hình 1.", "Góc dưới bên phải", (20, 25, 80, 75)),
        ((900, 0, 1200, 500), "Trên nhiều màn hình.", "Ở giữa phía trên", (10, 50, 30, 0)),
    ],
)
def test_words_for_several_screens(
    corners: tuple[int, int, int, int], where: str, part: str, percent: tuple[int, int, int, int]
) -> None:
    width, height, left, top = percent
    expected = f"{where} {part}, rộng {width}, cao {height}, cách trái {left}, cách trên {top} phần trăm."
    assert place(Selection(3000, 1000).between(*corners), SCREENS, MESSAGES) == expected


def test_the_screen_of_a_selection_has_most_of_it() -> None:
    whole = Selection(3000, 1000)
    assert screen_of(whole.between(900, 0, 1200, 500), SCREENS) == SCREENS[1]
    assert screen_of(whole.between(700, 0, 1200, 500), SCREENS) == SCREENS[0]


SCALED = """
import sys
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from assistant.capture.picture import Origin, Picture
from assistant.messages import Messages
from assistant.windows.region import RegionSelector
from tests.assistant.windows.test_region import LEFT, NO, coordinates

app = QApplication([])
pixels = coordinates(3200, 1100)
selector = RegionSelector(Picture(pixels, Origin.SCREEN), Messages("vi"))
taken = []
selector.chosen.connect(taken.append)
selector.show()
app.processEvents()
print(selector.width(), selector.height(), selector.devicePixelRatioF())
QTest.keyClick(selector, Qt.Key.Key_1)
first = selector.selection
print(first.left, first.top, first.width, first.height)
QTest.mousePress(selector, LEFT, NO, QPoint(100, 100))
QTest.mouseMove(selector, QPoint(300, 250))
QTest.mouseRelease(selector, LEFT, NO, QPoint(300, 250))
drawn = selector.grab().toImage().pixelColor(401, 303)
print(*drawn.getRgb()[:3], *pixels[303, 401])
QTest.keyClick(selector, Qt.Key.Key_Return)
print(*taken[0].pixels.shape[:2], *taken[0].pixels[0, 0], *pixels[200, 200])
"""


@pytest.mark.slow
def test_two_screens_of_ratio_two_one_of_them_at_negative_coordinates(tmp_path: Path) -> None:
    """GIVEN Qt with two made-up screens THEN each pixel of the picture is one pixel of the window."""
    screen = {"width": 1600, "height": 1000, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screens = [screen | {"name": "left", "x": -1600, "y": 100}, screen | {"name": "right", "x": 0, "y": 0}]
    config = {"synchronousWindowSystemEvents": True, "windowFrameMargins": False, "screens": screens}
    file = tmp_path / "screens.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    scaled = {"QT_QPA_PLATFORM": f"offscreen:configfile={file}", "QT_SCALE_FACTOR": "2"}
    done = subprocess.run(
        [sys.executable, "-c", SCALED],
        cwd=ROOT, env=os.environ | scaled, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    window, first, drawn, taken = (line.split() for line in done.stdout.splitlines())
    assert window == ["1600", "550", "2.0"]
    assert first == ["0", "100", "533", "333"]
    assert drawn[:3] == drawn[3:]
    assert taken[:2] == ["300", "400"]
    assert taken[2:5] == taken[5:]
