"""The camera window: choose a camera, aim with words, take a picture.

The camera runs only while the window is shown, so its light is off whenever the window is away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.capture.framing import Advice, Debouncer, View, advise, look, words
from assistant.capture.images import pixels_of
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture

if TYPE_CHECKING:
    from assistant.capture.camera import FrameSource
    from assistant.messages import Messages
    from engine import Pixels

LOOK_EVERY_S = 1 / 3

QUIET_AFTER_TAKING_S = 6.0
"""The description is about to be spoken; advice must not talk into it."""

LEAST_HEIGHT_PX = 24  # WCAG 2.2, 2.5.8

_PREVIEW_PX = (320, 180)
_ADVICE_LINES = 4

_Control = TypeVar("_Control", bound=QWidget)


class CameraWindow(QDialog):
    """Shows a camera and takes pictures with it; stays open until it is closed.

    Signals:
        taken(Picture): the frame that was shown, as the camera gave it.
        camera_chosen(str): id of the camera the person picked from the list, to be remembered.

    Attributes:
        looking: a frame is being examined for advice; those that come meanwhile are only shown.

    Args:
        source: gives the frames.
        messages: the texts.
        announce: says a sentence without moving the focus.
        settings_camera: id of the camera to begin with; the first one when it is empty or absent.
        clock: seconds that only grow.
    """

    taken = Signal(object)
    camera_chosen = Signal(str)

    _look_wanted = Signal(int, object)

    def __init__(
        self,
        source: FrameSource,
        messages: Messages,
        announce: Callable[[str], None],
        settings_camera: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._source = source
        self._messages = messages
        self._announce = announce
        self._wanted_id = settings_camera
        self._clock = clock
        self._image: QImage | None = None
        self._advice: Advice | None = None
        self._debouncer = Debouncer(clock=clock)
        self._next_look_s = 0.0
        self._round = 0  # counts restarts, to tell an answer about an older picture
        self.looking = False
        self._thread = QThread(self)
        self._looker = _Looker()
        self._looker.moveToThread(self._thread)
        self._look_wanted.connect(self._looker.look)
        self._looker.looked.connect(self._advise)
        self._build()
        source.frame_arrived.connect(self._see)
        source.failed.connect(self._report)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Start the camera."""
        super().showEvent(event)
        self._take.setFocus()
        self._thread.start()
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Stop the camera, however the window went away."""
        super().hideEvent(event)
        self._source.stop()
        self._forget()
        self._thread.quit()
        self._thread.wait()

    def _build(self) -> None:
        """Make the controls; the order in which they are named and added is the order of the Tab key."""
        self.setWindowTitle(self._messages.text("camera.title"))
        self._devices = self._named(QComboBox(), "device")
        self._devices.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._devices.setPlaceholderText(self._messages.text("camera.device-none"))
        self._again = self._named(QPushButton(self._messages.text("camera.again")), "again")
        self._preview = self._named(_Preview(), "preview")
        self._text = self._named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "advice")
        self._text.setMinimumHeight(_ADVICE_LINES * self._text.fontMetrics().lineSpacing())
        self._spoken = self._named(QCheckBox(self._messages.text("camera.spoken")), "spoken")
        self._spoken.setChecked(True)
        self._take = self._named(QPushButton(self._messages.text("camera.take"), default=True), "take")
        self._close = self._named(QPushButton(self._messages.text("camera.close")), "close")
        self._lay_out()
        self._devices.activated.connect(self._choose)
        self._again.clicked.connect(self._begin)
        self._take.clicked.connect(self._take_picture)
        self._close.clicked.connect(self.close)

    def _named(self, control: _Control, name: str) -> _Control:
        control.setAccessibleName(self._messages.text(f"camera.{name}-name"))
        control.setAccessibleIdentifier(f"camera.{name}")
        # An explicit minimum replaces the hint, below which large letters would be cut off.
        needed_px = max(control.minimumHeight(), control.minimumSizeHint().height())
        control.setMinimumHeight(max(LEAST_HEIGHT_PX, needed_px))
        return control

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self._label("device", self._devices))
        layout.addWidget(self._devices)  # a row of its own: cameras have long names
        layout.addWidget(self._again)
        layout.addWidget(self._preview, 3)
        layout.addWidget(self._label("advice", self._text))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._spoken)
        layout.addLayout(_row(self._take, self._close))
        stops = (self._devices, self._again, self._text, self._spoken, self._take, self._close)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _label(self, name: str, buddy: QWidget) -> QLabel:
        label = QLabel(self._messages.text(f"camera.{name}"))
        label.setBuddy(buddy)
        return label

    @Slot()
    def _begin(self) -> None:
        """List the cameras and start the one wanted, or the first."""
        devices = self._source.devices()
        self._devices.clear()
        for device in devices:
            self._devices.addItem(device.name, device.id)
        if not devices:
            self._source.stop()
            self._report(CaptureError("there is no camera", CaptureFault.NO_CAMERA))
            return
        self._devices.setCurrentIndex(max(0, self._devices.findData(self._wanted_id)))
        self._start()

    @Slot()
    def _choose(self) -> None:
        self._wanted_id = self._devices.currentData()
        self.camera_chosen.emit(self._wanted_id)
        self._start()

    def _start(self) -> None:
        self._forget()
        self._show_text(self._messages.text("camera.opening", name=self._devices.currentText()))
        self._source.start(self._devices.currentData())

    def _forget(self) -> None:
        self._image = self._advice = None
        self._round += 1
        self.looking = False
        self._debouncer = Debouncer(clock=self._clock)
        self._preview.clear()

    @Slot(object)
    def _see(self, image: QImage) -> None:
        self._image = image
        self._preview.show_image(image)
        now_s = self._clock()
        if now_s >= self._next_look_s and not self.looking:
            self._next_look_s = now_s + LOOK_EVERY_S
            self.looking = True
            self._look_wanted.emit(self._round, pixels_of(image))

    @Slot(int, object)
    def _advise(self, when: int, view: View) -> None:
        if when != self._round:
            return
        self.looking = False
        self._advice = advise(view, self._advice)
        text = words(self._advice, self._messages)
        if self._debouncer.offer(text):
            self._show_text(text)
            if self._spoken.isChecked():
                self._announce(text)

    @Slot(object)
    def _report(self, error: CaptureError) -> None:
        self._forget()
        text = self._messages.error(error)
        self._show_text(text)
        self._announce(text)

    def _show_text(self, text: str) -> None:
        self._text.setPlainText(text)
        self._preview.setAccessibleDescription(text)

    @Slot()
    def _take_picture(self) -> None:
        if self._image is None:
            # The button stays enabled: a disabled one drops out of the Tab order and takes the focus with it.
            self._announce(self._messages.text("camera.no-picture-yet"))
            return
        self._debouncer.pause(QUIET_AFTER_TAKING_S)
        self.taken.emit(Picture(pixels_of(self._image), Origin.CAMERA, self._devices.currentText()))


class _Looker(QObject):
    """Examines frames in a thread of its own, since a look may hold up the keyboard on an old processor.

    Signals:
        looked(int, View): the number that came with the frame, and what was found.
    """

    looked = Signal(int, object)

    @Slot(int, object)
    def look(self, when: int, pixels: Pixels) -> None:
        self.looked.emit(when, look(pixels))


class _Preview(QLabel):
    """The newest frame, as large as there is room for; not mirrored, so that it agrees with the words."""

    def __init__(self) -> None:
        super().__init__(alignment=Qt.AlignmentFlag.AlignCenter)
        self.setFrameShape(QLabel.Shape.Box)
        self.setMinimumSize(*_PREVIEW_PX)
        # A picture that sets its own size would make the window grow with every frame.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_image(self, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        scaled = image.scaled(self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        scaled.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(scaled))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
