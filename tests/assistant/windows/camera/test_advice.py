"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from assistant.windows.camera import LOOK_EVERY_S, QUIET_AFTER_TAKING_S
from engine import Pixels
from tests.assistant.windows.camera.room import (
    ON_THE_LEFT,
    ON_THE_RIGHT,
    Room,
)


class TestAdvice:
    def test_shown_and_said_once(self, room: Room, face_on_the_left: Pixels) -> None:
        room.give(face_on_the_left, times=9)
        assert room.said == [ON_THE_LEFT]
        assert room.advice == ON_THE_LEFT
        assert room.find(QLabel, "preview").accessibleDescription() == ON_THE_LEFT
        assert not room.find(QPlainTextEdit, "advice").verticalScrollBar().isVisible()

    def test_said_again_when_it_changes(
        self, room: Room, face_on_the_left: Pixels, face_on_the_right: Pixels
    ) -> None:
        room.give(face_on_the_left, times=3)
        room.give(face_on_the_right, times=9)
        assert room.said == [ON_THE_LEFT, ON_THE_RIGHT]

    def test_the_focus_stays(self, room: Room, face_on_the_left: Pixels) -> None:
        box = room.find(QCheckBox, "spoken")
        box.setFocus()
        room.give(face_on_the_left, times=3)
        assert room.said
        assert room.window.focusWidget() is box

    def test_switched_off_it_is_shown_only(self, room: Room, face_on_the_left: Pixels) -> None:
        room.find(QCheckBox, "spoken").click()
        room.give(face_on_the_left, times=3)
        assert room.said == []
        assert room.advice == ON_THE_LEFT

    def test_it_does_not_talk_into_the_description(
        self, room: Room, face_on_the_left: Pixels, face_on_the_right: Pixels
    ) -> None:
        room.give(face_on_the_left, times=3)
        room.find(QPushButton, "take").click()
        taken_s = room.now_s
        while room.now_s < taken_s + QUIET_AFTER_TAKING_S - LOOK_EVERY_S:
            room.give(face_on_the_right)
        assert room.said == [ON_THE_LEFT]
        room.give(face_on_the_right, times=3)
        assert room.said == [ON_THE_LEFT, ON_THE_RIGHT]

    def test_three_looks_a_second(self, room: Room, face_on_the_left: Pixels) -> None:
        """GIVEN 30 frames in a second, THEN three start a look; the others only show in the preview."""
        looks = 0
        for _ in range(30):
            room.source.give(face_on_the_left)
            looks += room.window.looking
            room.wait_for_the_look()
            room.now_s += 1 / 30
        assert looks == 3

    def test_frames_do_not_pile_up(self, qtbot: QtBot, room: Room, face_on_the_left: Pixels) -> None:
        """GIVEN a look that takes long, WHEN more frames come, THEN they wait for no look of their own."""
        for _ in range(9):
            room.now_s += LOOK_EVERY_S
            room.source.give(face_on_the_left)
        qtbot.wait(300)
        assert room.said == []  # one look has not settled
        assert "Đang mở" in room.advice

    def test_a_look_at_the_camera_before_counts_for_nothing(
        self, qtbot: QtBot, room: Room, face_on_the_left: Pixels
    ) -> None:
        """GIVEN a look under way, WHEN the camera changes, THEN one look at the new one has not settled."""
        room.source.give(face_on_the_left)
        qtbot.keyClick(room.find(QComboBox, "device"), Qt.Key.Key_Down)
        room.give(face_on_the_left)
        qtbot.wait(300)
        assert room.said == []

    def test_hiding_in_the_middle_of_a_look(self, room: Room, face_on_the_left: Pixels) -> None:
        room.source.give(face_on_the_left)
        assert room.window.looking
        room.window.hide()
        room.window.show()
        room.give(face_on_the_left, times=2)
        assert room.said == [ON_THE_LEFT]

    def test_the_preview_is_not_mirrored(self, room: Room) -> None:
        frame = np.zeros((90, 160, 3), np.uint8)
        frame[:, :80] = (255, 0, 0)
        room.give(frame)
        shown = room.find(QLabel, "preview").pixmap().toImage()
        left = shown.pixelColor(shown.width() // 4, shown.height() // 2)
        right = shown.pixelColor(shown.width() * 3 // 4, shown.height() // 2)
        assert (left.red(), right.red()) == (255, 0)
        assert shown.width() / shown.height() == pytest.approx(160 / 90, rel=0.02)
