"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.capture.camera import CameraDevice
from assistant.capture.picture import CaptureError, CaptureFault, Origin
from engine import Pixels
from tests.assistant.windows.camera.room import (
    DESK,
    FRONT,
    FakeSource,
    Room,
)


class TestTheCamera:
    def test_cameras_are_listed_by_name_and_the_first_runs(self, room: Room) -> None:
        devices = room.find(QComboBox, "device")
        assert [devices.itemText(row) for row in range(devices.count())] == [FRONT.name, DESK.name]
        assert room.source.started == [FRONT.id]
        assert room.advice == f"Đang mở máy ảnh {FRONT.name}."

    @pytest.mark.parametrize(
        ("plugged_in", "expected"), [((FRONT, DESK), DESK), ((FRONT,), FRONT)], ids=["there", "gone"]
    )
    def test_the_one_remembered_runs(
        self, qtbot: QtBot, plugged_in: tuple[CameraDevice, ...], expected: CameraDevice
    ) -> None:
        room = Room(qtbot, FakeSource(*plugged_in), camera=DESK.id)
        room.window.show()
        assert room.source.started == [expected.id]
        assert room.find(QComboBox, "device").currentText() == expected.name

    def test_choosing_another_with_the_keyboard(self, qtbot: QtBot, room: Room) -> None:
        qtbot.keyClick(room.find(QComboBox, "device"), Qt.Key.Key_Down)
        assert room.source.running == DESK.id
        assert room.chosen == [DESK.id]

    @pytest.mark.parametrize("away", ["hide", "close", "Escape"])
    def test_it_is_off_whenever_the_window_is_away(self, qtbot: QtBot, room: Room, away: str) -> None:
        assert room.source.running
        if away == "Escape":
            qtbot.keyClick(room.window, Qt.Key.Key_Escape)
        else:
            getattr(room.window, away)()
        assert not room.window.isVisible()
        assert not room.source.running

    def test_it_comes_back_with_the_window(self, qtbot: QtBot, room: Room) -> None:
        qtbot.keyClick(room.find(QComboBox, "device"), Qt.Key.Key_Down)
        room.window.hide()
        room.window.show()
        assert room.source.running == DESK.id


class TestTroubles:
    def test_no_camera(self, qtbot: QtBot) -> None:
        """GIVEN no camera, THEN one sentence; WHEN one is plugged in, THEN the button finds it."""
        room = Room(qtbot, FakeSource())
        room.window.show()
        sentence = room.messages.error(CaptureError("", CaptureFault.NO_CAMERA))
        assert room.said == [sentence]
        assert room.advice == sentence
        room.source.plugged_in.append(FRONT)
        room.find(QPushButton, "again").click()
        assert room.source.running == FRONT.id
        assert room.said == [sentence]

    def test_a_camera_that_fails(self, room: Room, face_on_the_left: Pixels) -> None:
        room.give(face_on_the_left)
        room.source.fail(CaptureFault.CAMERA_BUSY)
        sentence = room.messages.error(CaptureError("", CaptureFault.CAMERA_BUSY))
        assert room.said == [sentence]
        assert room.advice == sentence
        assert not room.find(QLabel, "preview").pixmap().width()

    def test_taking_without_a_picture_says_so(self, room: Room) -> None:
        room.find(QPushButton, "take").click()
        assert room.taken == []
        assert room.said == [room.messages.text("camera.no-picture-yet")]

    @pytest.mark.parametrize("end", ["fail", "hide"])
    def test_an_old_picture_is_not_taken(self, room: Room, face_on_the_left: Pixels, end: str) -> None:
        room.give(face_on_the_left)
        if end == "fail":
            room.source.fail(CaptureFault.NO_CAMERA)
        else:
            room.window.hide()
            room.window.show()
        room.find(QPushButton, "take").click()
        assert room.taken == []


class TestTaking:
    def test_exactly_the_newest_frame(self, room: Room) -> None:
        """GIVEN frames of an odd width, THEN the picture is the last one, pixel for pixel, and has a name."""
        frames = [np.random.default_rng(seed).integers(0, 256, (37, 53, 3), np.uint8) for seed in range(3)]
        for frame in frames:
            room.source.give(frame)
        room.find(QPushButton, "take").click()
        (picture,) = room.taken
        assert np.array_equal(picture.pixels, frames[-1])
        assert picture.pixels.flags.c_contiguous
        assert (picture.origin, picture.name) == (Origin.CAMERA, FRONT.name)

    @pytest.mark.parametrize(
        ("name", "key"),
        [("take", Qt.Key.Key_Space), ("take", Qt.Key.Key_Return), ("advice", Qt.Key.Key_Return)],
    )
    def test_the_keys_at_hand_take(
        self, qtbot: QtBot, room: Room, face_on_the_left: Pixels, name: str, key: Qt.Key
    ) -> None:
        """The focus is on the button when the window opens; Enter takes from anywhere."""
        room.give(face_on_the_left)
        assert room.window.focusWidget() is room.find(QPushButton, "take")
        room.find(QWidget, name).setFocus()
        qtbot.keyClick(room.window.focusWidget(), key)
        assert len(room.taken) == 1
        assert room.window.isVisible()
