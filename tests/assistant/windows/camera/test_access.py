"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.capture.camera import VideoFileSource
from assistant.capture.picture import Picture
from assistant.messages import LANGUAGES, Language, Messages
from assistant.windows.camera import LEAST_HEIGHT_PX, CameraWindow
from engine import Pixels
from tests.assistant.windows.camera.room import (
    CONTROLS,
    FRONT,
    ON_THE_LEFT,
    FakeSource,
    Room,
)


@pytest.mark.parametrize("language", LANGUAGES)
class TestAccessibility:
    def test_every_control_has_a_name_that_begins_with_its_label(
        self, qtbot: QtBot, language: Language
    ) -> None:
        window = Room(qtbot, FakeSource(FRONT), language).window
        buttons = window.findChildren(QAbstractButton)
        named = [button for button in buttons if button.accessibleIdentifier()]
        assert len(named) == 4
        for button in named:
            assert button.accessibleName() == button.text().replace("&", "")
        for label in window.findChildren(QLabel):
            if label.buddy():
                assert label.text().replace("&", "").removesuffix(":") == label.buddy().accessibleName()

    def test_mnemonics_are_ascii_and_unique(self, qtbot: QtBot, language: Language) -> None:
        window = Room(qtbot, FakeSource(FRONT), language).window
        texts = [child.text() for child in window.findChildren(QWidget) if hasattr(child, "text")]
        letters = [letter.lower() for text in texts for letter in re.findall("&(.)", text)]
        assert len(letters) == len(CONTROLS)
        assert len(set(letters)) == len(letters)
        assert all(letter.isascii() for letter in letters)

    def test_tab_goes_through_everything_in_reading_order(self, qtbot: QtBot, language: Language) -> None:
        room = Room(qtbot, FakeSource(FRONT), language)
        room.window.show()
        current = room.find(QComboBox, "device")
        current.setFocus()
        visited, places = [], []
        for _ in CONTROLS:
            current = room.window.focusWidget()
            visited.append(current.accessibleIdentifier().removeprefix("camera."))
            corner = current.mapTo(room.window, current.rect().topLeft())
            places.append((corner.y() // LEAST_HEIGHT_PX, corner.x()))
            assert current.height() >= LEAST_HEIGHT_PX
            qtbot.keyClick(current, Qt.Key.Key_Tab)
        assert visited == CONTROLS
        assert places == sorted(places)
        assert room.window.focusWidget() is room.find(QComboBox, "device")


@pytest.fixture
def letters_twice_as_large(qapp: QApplication) -> Iterator[None]:
    normal = qapp.font()
    large = qapp.font()
    large.setPointSizeF(normal.pointSizeF() * 2)
    qapp.setFont(large)
    yield
    qapp.setFont(normal)


@pytest.mark.usefixtures("letters_twice_as_large")
def test_nothing_is_cut_off_at_200_percent(qtbot: QtBot) -> None:
    room = Room(qtbot, FakeSource(FRONT))
    room.window.show()
    room.window.resize(room.window.minimumSizeHint())
    for name in CONTROLS:
        control = room.find(QWidget, name)
        assert control.height() >= control.minimumSizeHint().height()
        assert control.width() >= control.minimumSizeHint().width()
    assert room.find(QPlainTextEdit, "advice").height() >= 3 * room.window.fontMetrics().lineSpacing()


def test_a_video_file_instead_of_a_camera(qtbot: QtBot, tmp_path: Path, face_on_the_left: Pixels) -> None:
    """GIVEN a film of a face on the left, THEN that is said, and the picture taken is a frame of the film."""
    file = tmp_path / "film.avi"
    even = face_on_the_left[:, : face_on_the_left.shape[1] // 2 * 2]
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, even.shape[1::-1])
    for _ in range(10):
        writer.write(cv2.cvtColor(even, cv2.COLOR_RGB2BGR))
    writer.release()
    said: list[str] = []
    taken: list[Picture] = []
    window = CameraWindow(VideoFileSource(file), Messages("vi"), said.append, "")
    window.taken.connect(taken.append)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said[0] == ON_THE_LEFT
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    window.close()
    (picture,) = taken
    assert picture.name == "film.avi"
    assert picture.pixels.shape == even.shape
    assert np.abs(picture.pixels.astype(int) - even).mean() < 10
