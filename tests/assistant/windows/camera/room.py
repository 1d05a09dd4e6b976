"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.capture.camera import CameraDevice
from assistant.capture.images import image_of
from assistant.capture.picture import CaptureError, CaptureFault, Picture
from assistant.messages import Language, Messages
from assistant.windows.camera import LOOK_EVERY_S, CameraWindow
from engine import Pixels

SAMPLES = Path(__file__).resolve().parents[4] / "resources" / "samples"

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
