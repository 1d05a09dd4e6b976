"""Moving pictures: cameras and video files behind one protocol, on Qt Multimedia.

The only module that loads Qt Multimedia; it is imported when somebody asks for the camera.

Not run: a real camera. What can be checked without one is: no camera, a camera that refuses, one that is
unplugged, one that stays silent, and frames through the same ``QVideoSink``. Video files are played for real.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMetaMethod, QObject, QTimer, QUrl, Signal, SignalInstance, Slot
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QMediaCaptureSession,
    QMediaDevices,
    QMediaPlayer,
    QVideoFrame,
    QVideoSink,
)

from assistant.capture.picture import CaptureError, CaptureFault

_log = logging.getLogger(__name__)

FRAME_EVERY_S = 0.1
"""Enough to aim by; turning all 30 frames a second into pictures would keep an old processor busy."""

FIRST_FRAME_WITHIN_MS = 6000
"""Some systems open a camera that another program holds and then deliver nothing, without an error."""


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera.

    Attributes:
        id: what ``FrameSource.start`` takes; on most systems the same the next time it is plugged in.
        name: what the person is told.
    """

    id: str
    name: str


class FrameSource(Protocol):
    """Something that gives frames, in the thread it lives in.

    Signals:
        frame_arrived(QImage): between ``start`` and ``stop`` only; not mirrored.
        failed(CaptureError): there will be no more frames; the source has stopped itself.
    """

    @property
    def frame_arrived(self) -> SignalInstance:
        """Carries a ``QImage``."""

    @property
    def failed(self) -> SignalInstance:
        """Carries a ``CaptureError``."""

    def devices(self) -> list[CameraDevice]:
        """What can be started now."""

    def start(self, device_id: str) -> None:
        """Give frames from a device until ``stop``; what was running before is stopped."""

    def stop(self) -> None:
        """Give no more frames and let the device go, so that its light goes out."""


class _SinkSource(QObject):
    """What the sources below share: frames that come through a ``QVideoSink``.

    Args:
        parent: owns the source.
        clock: seconds that only grow.
    """

    frame_arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._running = False
        self._next_frame_s = 0.0
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._see)
        self._patience = QTimer(self, singleShot=True, interval=FIRST_FRAME_WITHIN_MS)
        self._patience.timeout.connect(self._lose_patience)

    def stop(self) -> None:
        """Give no more frames, and forget the last one."""
        self._running = False
        self._patience.stop()
        self._sink.setVideoFrame(QVideoFrame())

    def _expect_frames(self) -> None:
        self._running = True
        self._next_frame_s = 0.0
        self._patience.start()

    def _fail(self, message: str, fault: CaptureFault) -> None:
        self.stop()
        _log.warning("%s", message)
        self.failed.emit(CaptureError(message, fault))

    @Slot(QVideoFrame)
    def _see(self, _: QVideoFrame) -> None:
        """Take the newest frame: the sink fills from another thread, and this one may be behind."""
        frame = self._sink.videoFrame()
        if not self._running or not frame.isValid():
            return
        self._patience.stop()
        now_s = self._clock()
        wanted = self.isSignalConnected(QMetaMethod.fromSignal(self.frame_arrived))
        if wanted and now_s >= self._next_frame_s:
            self._next_frame_s = now_s + FRAME_EVERY_S
            image = frame.toImage()
            if not image.isNull():
                self.frame_arrived.emit(image)

    @Slot()
    def _lose_patience(self) -> None:
        self._fail("no frame came in time: another program may hold the camera", CaptureFault.CAMERA_BUSY)


class QtCamera(_SinkSource):
    """The cameras of this computer.

    Args:
        parent: owns the source.
        inputs: lists the cameras.
        open_camera: opens one.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        inputs: Callable[[], Sequence[QCameraDevice]] = QMediaDevices.videoInputs,
        open_camera: Callable[[QCameraDevice], QCamera] = QCamera,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent, clock=clock)
        self._inputs = inputs
        self._open_camera = open_camera
        self._device_id = ""
        self._camera: QCamera | None = None
        self._session = QMediaCaptureSession(self)
        self._session.setVideoSink(self._sink)
        self._watch = QMediaDevices(self)
        self._watch.videoInputsChanged.connect(self._check_presence)

    def devices(self) -> list[CameraDevice]:
        """The cameras that are plugged in."""
        return [CameraDevice(_id(device), device.description()) for device in self._inputs()]

    def start(self, device_id: str) -> None:
        """Open a camera; fails with ``NO_CAMERA`` when it is absent, ``CAMERA_BUSY`` when it refuses."""
        self.stop()
        device = next((device for device in self._inputs() if _id(device) == device_id), None)
        if device is None:
            self._fail(f"no camera has the id {device_id!r}", CaptureFault.NO_CAMERA)
            return
        self._device_id = device_id
        self._camera = camera = self._open_camera(device)
        camera.errorOccurred.connect(self._report)
        self._session.setCamera(camera)
        self._expect_frames()
        camera.start()

    def stop(self) -> None:
        """Close the camera."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
            camera.deleteLater()  # not now: this may run within the camera's own error signal
        super().stop()

    @Slot()
    def _check_presence(self) -> None:
        if self._camera is not None and not self._present():
            self._fail("the camera was unplugged", CaptureFault.NO_CAMERA)

    @Slot(QCamera.Error, str)
    def _report(self, error: QCamera.Error, text: str) -> None:
        """Qt has one error for everything: a camera that is still there must be somebody else's."""
        if self._camera is None or error == QCamera.Error.NoError:
            return
        fault = CaptureFault.CAMERA_BUSY if self._present() else CaptureFault.NO_CAMERA
        self._fail(f"the camera does not work: {text}", fault)

    def _present(self) -> bool:
        return any(_id(device) == self._device_id for device in self._inputs())


class VideoFileSource(_SinkSource):
    """A video file in place of a camera, over and over and without sound: for tests and demonstrations.

    Args:
        file: in any format that Qt's media back-end plays.
        parent: owns the source.
    """

    def __init__(
        self, file: Path, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent, clock=clock)
        self._device = CameraDevice(str(file), file.name)
        self._player = QMediaPlayer(self)
        self._player.setVideoSink(self._sink)
        self._player.setLoops(QMediaPlayer.Loops.Infinite.value)
        self._player.errorOccurred.connect(self._report)

    def devices(self) -> list[CameraDevice]:
        """The file, as the only camera."""
        return [self._device]

    def start(self, device_id: str) -> None:
        """Play; fails with ``NO_CAMERA`` when the file is absent, ``FAILED`` when it is not a video."""
        self.stop()
        if device_id != self._device.id or not Path(device_id).is_file():
            self._fail(f"there is no video file {device_id!r}", CaptureFault.NO_CAMERA)
            return
        self._expect_frames()
        self._player.setSource(QUrl.fromLocalFile(device_id))
        self._player.play()

    def stop(self) -> None:
        """Close the file."""
        self._player.stop()
        self._player.setSource(QUrl())
        super().stop()

    @Slot(QMediaPlayer.Error, str)
    def _report(self, error: QMediaPlayer.Error, text: str) -> None:
        if self._running and error != QMediaPlayer.Error.NoError:
            self._fail(f"the video does not play: {text}", CaptureFault.FAILED)


def _id(device: QCameraDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")
