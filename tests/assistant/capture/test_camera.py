"""Frames from cameras (a stand-in for the device, Qt's own session and sink) and from real video files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QObject, QThread, Slot
from PySide6.QtGui import QColor, QImage
from PySide6.QtMultimedia import QCamera, QCameraDevice, QMediaDevices, QVideoFrame
from pytestqt.qtbot import QtBot

from assistant.capture import camera as module
from assistant.capture.camera import FRAME_EVERY_S, CameraDevice, FrameSource, QtCamera, VideoFileSource
from assistant.capture.picture import CaptureError, CaptureFault

RED, BLUE = QColor(200, 20, 20), QColor(20, 20, 200)


class FakeDevice:
    """What ``QCameraDevice`` tells; only a real camera makes a real one."""

    def __init__(self, device_id: str, description: str) -> None:
        self._id = device_id
        self._description = description

    def id(self) -> QByteArray:
        return QByteArray(self._id.encode())

    def description(self) -> str:
        return self._description


class FakeCamera(QCamera):
    """A camera whose device is played by the test."""

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(QCameraDevice())
        self.running = False
        self.refuses = refuses

    def start(self) -> None:
        self.running = not self.refuses
        if self.refuses:
            self.errorOccurred.emit(QCamera.Error.CameraError, "Device or resource busy")

    def stop(self) -> None:
        self.running = False

    def deliver(self, colour: QColor) -> None:
        """Give one frame as the driver does: to the sink of the session."""
        image = QImage(32, 24, QImage.Format.Format_RGB32)
        image.fill(colour)
        self.captureSession().videoSink().setVideoFrame(QVideoFrame(image))


class Desk:
    """The cameras that are plugged in."""

    def __init__(self) -> None:
        self.devices = [FakeDevice("usb-1", "Máy ảnh trước"), FakeDevice("usb-2", "Kính hiển vi")]
        self.opened: list[FakeCamera] = []
        self.refuses = False
        self.now_s = 0.0

    def inputs(self) -> list[FakeDevice]:
        return list(self.devices)

    def open_camera(self, device: FakeDevice) -> FakeCamera:
        assert device in self.devices
        self.opened.append(FakeCamera(refuses=self.refuses))
        return self.opened[-1]

    def clock(self) -> float:
        return self.now_s


class Listener(QObject):
    """Writes down what a source gives, and in which thread."""

    def __init__(self, source: FrameSource) -> None:
        super().__init__()
        self.frames: list[QImage] = []
        self.faults: list[CaptureFault] = []
        self.threads: set[QThread] = set()
        source.frame_arrived.connect(self.keep)
        source.failed.connect(self.fail)

    @Slot(object)
    def keep(self, image: QImage) -> None:
        self.threads.add(QThread.currentThread())
        self.frames.append(image.copy())

    @Slot(object)
    def fail(self, error: CaptureError) -> None:
        self.faults.append(error.fault)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def source(qapp: object, desk: Desk) -> Iterator[QtCamera]:
    camera = QtCamera(inputs=desk.inputs, open_camera=desk.open_camera, clock=desk.clock)  # type: ignore[arg-type]
    yield camera
    camera.stop()


@pytest.fixture
def listener(source: QtCamera) -> Listener:
    return Listener(source)


class TestQtCamera:
    def test_devices_have_names(self, source: QtCamera) -> None:
        assert source.devices() == [
            CameraDevice("usb-1", "Máy ảnh trước"),
            CameraDevice("usb-2", "Kính hiển vi"),
        ]

    def test_frames_are_pictures(self, source: QtCamera, desk: Desk, listener: Listener) -> None:
        source.start("usb-1")
        assert desk.opened[0].running
        desk.opened[0].deliver(RED)
        (image,) = listener.frames
        assert (image.width(), image.height()) == (32, 24)
        assert image.pixelColor(31, 23) == RED

    def test_no_more_frames_than_needed(self, source: QtCamera, desk: Desk, listener: Listener) -> None:
        source.start("usb-1")
        for _ in range(3):
            desk.opened[0].deliver(RED)
        desk.now_s += FRAME_EVERY_S
        desk.opened[0].deliver(BLUE)
        assert [image.pixelColor(0, 0) for image in listener.frames] == [RED, BLUE]

    def test_nothing_is_prepared_for_nobody(self, source: QtCamera, desk: Desk) -> None:
        """GIVEN a frame that nobody listened for, THEN it does not count, and the next is given at once."""
        source.start("usb-1")
        desk.opened[0].deliver(RED)
        listener = Listener(source)
        desk.opened[0].deliver(BLUE)
        assert [image.pixelColor(0, 0) for image in listener.frames] == [BLUE]

    def test_the_newest_frame_counts(
        self, qtbot: QtBot, source: QtCamera, desk: Desk, listener: Listener
    ) -> None:
        """GIVEN a driver's thread that gave two frames while this one was busy, THEN the second is taken."""
        source.start("usb-1")

        def drive() -> None:
            desk.opened[0].deliver(RED)
            desk.opened[0].deliver(BLUE)

        driver = threading.Thread(target=drive)
        driver.start()
        driver.join()
        assert listener.frames == []
        qtbot.waitUntil(lambda: bool(listener.frames))
        assert listener.frames[0].pixelColor(0, 0) == BLUE
        assert listener.threads == {QThread.currentThread()}

    def test_stopping_lets_the_camera_go(self, source: QtCamera, desk: Desk, listener: Listener) -> None:
        source.start("usb-1")
        camera = desk.opened[0]
        sink = camera.captureSession().videoSink()
        camera.deliver(RED)
        source.stop()
        assert not camera.running
        assert not sink.videoFrame().isValid()
        desk.now_s += 1
        camera.deliver(BLUE)
        assert len(listener.frames) == 1

    def test_another_camera_replaces_the_first(
        self, qtbot: QtBot, source: QtCamera, desk: Desk, listener: Listener
    ) -> None:
        source.start("usb-1")
        first = desk.opened[0]
        source.start("usb-2")
        second = desk.opened[1]
        assert (first.running, second.running) == (False, True)
        qtbot.wait(10)  # the first is deleted by the event loop
        second.deliver(BLUE)
        assert [image.pixelColor(0, 0) for image in listener.frames] == [BLUE]

    def test_an_absent_camera(self, source: QtCamera, desk: Desk, listener: Listener) -> None:
        desk.devices.clear()
        assert source.devices() == []
        source.start("usb-1")
        assert listener.faults == [CaptureFault.NO_CAMERA]
        assert desk.opened == []

    def test_a_camera_that_another_program_holds(
        self, qtbot: QtBot, source: QtCamera, desk: Desk, listener: Listener
    ) -> None:
        """GIVEN a refusal from within ``start``, THEN one fault, and the same source works afterwards."""
        desk.refuses = True
        source.start("usb-1")
        assert listener.faults == [CaptureFault.CAMERA_BUSY]
        desk.refuses = False
        source.start("usb-1")
        qtbot.wait(10)
        desk.opened[1].deliver(RED)
        assert len(listener.frames) == 1

    def test_a_camera_outlives_its_own_error(self, qtbot: QtBot, desk: Desk) -> None:
        """GIVEN another camera started while the first reports, THEN the first is deleted later."""
        deleted: list[str] = []

        def open_camera(_: FakeDevice) -> FakeCamera:
            camera = FakeCamera()
            camera.destroyed.connect(lambda: deleted.append("camera"))
            return camera

        source = QtCamera(inputs=desk.inputs, open_camera=open_camera)  # type: ignore[arg-type]
        source.start("usb-1")
        source.start("usb-2")
        assert deleted == []
        qtbot.waitUntil(lambda: deleted == ["camera"])

    def test_an_error_of_a_camera_that_is_gone(
        self, source: QtCamera, desk: Desk, listener: Listener
    ) -> None:
        source.start("usb-1")
        del desk.devices[0]
        desk.opened[0].errorOccurred.emit(QCamera.Error.CameraError, "No such device")
        assert listener.faults == [CaptureFault.NO_CAMERA]

    def test_unplugging(self, source: QtCamera, desk: Desk, listener: Listener) -> None:
        source.start("usb-1")
        watch = source.findChild(QMediaDevices)
        del desk.devices[1]
        watch.videoInputsChanged.emit()
        assert listener.faults == []
        del desk.devices[0]
        watch.videoInputsChanged.emit()
        assert listener.faults == [CaptureFault.NO_CAMERA]
        assert not desk.opened[0].running

    @pytest.mark.parametrize(("speaks", "faults"), [(False, [CaptureFault.CAMERA_BUSY]), (True, [])])
    def test_a_camera_that_stays_silent(
        self,
        qtbot: QtBot,
        desk: Desk,
        monkeypatch: pytest.MonkeyPatch,
        speaks: bool,
        faults: list[CaptureFault],
    ) -> None:
        monkeypatch.setattr(module, "FIRST_FRAME_WITHIN_MS", 20)
        source = QtCamera(inputs=desk.inputs, open_camera=desk.open_camera)  # type: ignore[arg-type]
        listener = Listener(source)
        source.start("usb-1")
        if speaks:
            desk.opened[0].deliver(RED)
        qtbot.wait(100)
        assert listener.faults == faults
        assert desk.opened[0].running == speaks
        source.stop()

    def test_the_real_list_can_be_asked(self, qapp: object) -> None:
        """On a machine with or without cameras; none is opened."""
        assert all(device.id and device.name for device in QtCamera().devices())


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """One second: the left half red, the right half blue."""
    file = tmp_path / "đoạn phim.avi"
    frame = np.zeros((48, 64, 3), np.uint8)
    frame[:, :32] = (20, 20, 200)  # OpenCV writes blue, green, red
    frame[:, 32:] = (200, 20, 20)
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for _ in range(10):
        writer.write(frame)
    writer.release()
    return file


@pytest.mark.slow
class TestVideoFile:
    def test_it_plays_over_and_over(self, qtbot: QtBot, video: Path) -> None:
        source = VideoFileSource(video)
        (device,) = source.devices()
        assert device.name == "đoạn phim.avi"
        listener = Listener(source)
        source.start(device.id)
        qtbot.waitUntil(lambda: len(listener.frames) >= 12, timeout=20_000)
        source.stop()
        image = listener.frames[-1]
        assert (image.width(), image.height()) == (64, 48)
        for x, colour in ((8, RED), (56, BLUE)):
            seen = image.pixelColor(x, 24).getRgb()[:3]
            assert seen == pytest.approx(colour.getRgb()[:3], abs=25)
        count = len(listener.frames)
        qtbot.wait(300)
        assert len(listener.frames) == count

    def test_a_file_that_is_no_video(self, qtbot: QtBot, tmp_path: Path) -> None:
        file = tmp_path / "notes.avi"
        file.write_text("xin chào")
        source = VideoFileSource(file)
        listener = Listener(source)
        source.start(str(file))
        qtbot.waitUntil(lambda: bool(listener.faults), timeout=10_000)
        assert listener.faults == [CaptureFault.FAILED]

    def test_an_absent_file(self, qapp: object, tmp_path: Path) -> None:
        source = VideoFileSource(tmp_path / "none.avi")
        listener = Listener(source)
        source.start(str(tmp_path / "none.avi"))
        assert listener.faults == [CaptureFault.NO_CAMERA]
