"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.capture.camera import CameraDevice, VideoFileSource
from assistant.capture.images import image_of
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.messages import LANGUAGES, Language, Messages
from assistant.windows.camera import LEAST_HEIGHT_PX, LOOK_EVERY_S, QUIET_AFTER_TAKING_S, CameraWindow
from engine import Pixels, read_image

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"

FRONT, DESK = CameraDevice("usb-1", "Máy ảnh trước"), CameraDevice("usb-2", "Kính hiển vi")

ON_THE_LEFT = "Mặt ở bên trái khung hình, hãy dịch người sang trái."
ON_THE_RIGHT = "Mặt ở bên phải khung hình, hãy dịch người sang phải."
_Control = TypeVar("_Control", bound=QWidget)

CONTROLS = ["device", "again", "advice", "spoken", "take", "close"]


class FakeSource(QObject):
    """Cameras played by the test: it gives frames while it runs, and none otherwise."""

    frame_arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, *devices: CameraDevice) -> None:
        super().__init__()
        self.plugged_in = list(devices)
        self.running = ""
        self.started: list[str] = []

    def devices(self) -> list[CameraDevice]:
        return list(self.plugged_in)

    def start(self, device_id: str) -> None:
        self.running = device_id
        self.started.append(device_id)

    def stop(self) -> None:
        self.running = ""

    def give(self, pixels: Pixels) -> None:
        assert self.running, "a camera that is off gives no frames"
        self.frame_arrived.emit(image_of(pixels))

    def fail(self, fault: CaptureFault) -> None:
        self.stop()
        self.failed.emit(CaptureError("played by the test", fault))


class Room:
    """A window, its camera, and everything that was said and taken."""

    def __init__(self, qtbot: QtBot, source: FakeSource, language: Language = "vi", camera: str = "") -> None:
        self._qtbot = qtbot
        self.messages = Messages(language)
        self.source = source
        self.said: list[str] = []
        self.taken: list[Picture] = []
        self.chosen: list[str] = []
        self.now_s = 0.0
        self.window = CameraWindow(source, self.messages, self.said.append, camera, clock=lambda: self.now_s)
        self.window.taken.connect(self.taken.append)
        self.window.camera_chosen.connect(self.chosen.append)
        qtbot.addWidget(self.window)

    def give(self, pixels: Pixels, times: int = 1) -> None:
        """Frames far enough apart for each to be looked at."""
        for _ in range(times):
            self.now_s += LOOK_EVERY_S
            self.source.give(pixels)
            self.wait_for_the_look()

    def wait_for_the_look(self) -> None:
        self._qtbot.waitUntil(lambda: not self.window.looking)

    def find(self, kind: type[_Control], name: str) -> _Control:
        (found,) = [
            child
            for child in self.window.findChildren(kind)
            if child.accessibleIdentifier() == f"camera.{name}"
        ]
        return found

    @property
    def advice(self) -> str:
        return self.find(QPlainTextEdit, "advice").toPlainText()


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    room = Room(qtbot, FakeSource(FRONT, DESK))
    room.window.show()
    yield room
    room.window.close()


@pytest.fixture(scope="module")
def face_on_the_left() -> Pixels:
    photo = read_image(SAMPLES / "astronaut.jpg")[:320]
    return np.pad(photo, ((60, 0), (0, 400), (0, 0)), constant_values=128)


@pytest.fixture(scope="module")
def face_on_the_right(face_on_the_left: Pixels) -> Pixels:
    return np.ascontiguousarray(face_on_the_left[:, ::-1])


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
