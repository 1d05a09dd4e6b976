"""Choosing a part of the screen, by keys as well as with the mouse.

The one window that takes the focus by itself: the person asked for it. It shows a picture of the desktop that
was taken before, so that what is chosen is what was there.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.capture.images import image_of
from assistant.capture.picture import Origin, Picture
from assistant.capture.selection import Selection
from assistant.messages import Messages
from assistant.windows.controls import identify

STEP_SHARE = 20
"""An arrow key goes this part of the picture's side."""

TELL_AFTER_MS = 500
"""A held key is told when it rests."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class RegionSelector(QWidget):
    """A frameless window over all screens.

    Signals:
        chosen(Picture): the selected pixels, with the origin ``REGION``.
        cancelled(): the person changed their mind.
        told(str): where the selection is.

    Args:
        desktop: a picture of all monitors.
        messages: the texts.
    """

    chosen = Signal(object)
    cancelled = Signal()
    told = Signal(str)

    def __init__(self, desktop: Picture, messages: Messages) -> None:
        super().__init__()
        self._desktop, self._messages = desktop, messages
        self._image = image_of(desktop.pixels)
        self.selection = Selection(self._image.width(), self._image.height()).part(5)
        self._corner: QPoint | None = None
        self.setWindowTitle(messages.text("region-window.title"))
        identify(self, "region", messages.text("region-window.title"))
        self.setAccessibleDescription(messages.text("region-window.help"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(QGuiApplication.primaryScreen().virtualGeometry())
        self._rest = QTimer(self, singleShot=True, interval=TELL_AFTER_MS)
        self._rest.timeout.connect(self._tell_place)
        QTimer.singleShot(0, self._greet)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the module's text for the keys."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._arrow(key, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key == Qt.Key.Key_Escape:
            self._cancel()
        elif key == Qt.Key.Key_A:
            self._set(self.selection.whole())
            self._tell(self._messages.text("region-window.whole") + ".")
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            number = key - Qt.Key.Key_0
            self._set(self.selection.part(number))
            name = self._messages.text(f"region-window.part-{number}")
            self._tell(self._messages.text("region-window.part", name=name))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a rectangle."""
        self._corner = self._in_picture(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it up."""
        if self._corner is not None:
            end = self._in_picture(event.position().toPoint())
            self._set(self.selection.between(self._corner.x(), self._corner.y(), end.x(), end.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take it; a mere click takes nothing."""
        corner, self._corner = self._corner, None
        if corner is not None and self._in_picture(event.position().toPoint()) != corner:
            self._take()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture, darker outside the selection, with a frame to be seen on black and on white."""
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._image)
        inside = self._on_widget()
        outside = QColor(0, 0, 0, 120)
        full = QRectF(self.rect())
        for part in (
            QRectF(full.left(), full.top(), full.width(), inside.top()),
            QRectF(full.left(), inside.bottom(), full.width(), full.bottom() - inside.bottom()),
            QRectF(full.left(), inside.top(), inside.left(), inside.height()),
            QRectF(inside.right(), inside.top(), full.right() - inside.right(), inside.height()),
        ):
            painter.fillRect(part, outside)
        painter.setPen(QPen(QColor("#000000"), 6))
        painter.drawRect(inside)
        painter.setPen(QPen(QColor("#ffff00"), 2))
        painter.drawRect(inside)

    def _arrow(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        right, down = _ARROWS[key]
        fine = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        across = 1 if fine else max(1, self.selection.wide // STEP_SHARE)
        along = 1 if fine else max(1, self.selection.high // STEP_SHARE)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._set(self.selection.resized(right * across, down * along))
        else:
            self._set(self.selection.moved(right * across, down * along))
        self._rest.start()

    def _take(self) -> None:
        part = self.selection
        rows = slice(part.top, part.top + part.height)
        columns = slice(part.left, part.left + part.width)
        pixels = np.ascontiguousarray(self._desktop.pixels[rows, columns])
        self.close()
        self.chosen.emit(Picture(pixels, Origin.REGION))

    def _cancel(self) -> None:
        self.close()
        self.told.emit(self._messages.text("region-window.cancelled"))
        self.cancelled.emit()

    def _set(self, selection: Selection) -> None:
        self.selection = selection
        self._rest.stop()
        self.update()

    def _greet(self) -> None:
        if self.isVisible():
            self.activateWindow()
            self.setFocus()
            self.told.emit(self._messages.text("region-window.help"))

    def _tell_place(self) -> None:
        left, top, right, bottom = self.selection.percent
        place = {"left": left, "top": top, "right": right, "bottom": bottom}
        self._tell(self._messages.text("region-window.place", **place))

    def _tell(self, sentence: str) -> None:
        if self.isVisible():
            self.told.emit(sentence)

    def _in_picture(self, point: QPoint) -> QPoint:
        """A point of the widget -> pixel of the picture; they differ where the desktop is scaled."""
        return QPoint(
            round(point.x() * self._image.width() / max(1, self.width())),
            round(point.y() * self._image.height() / max(1, self.height())),
        )

    def _on_widget(self) -> QRectF:
        across, along = self.width() / self._image.width(), self.height() / self._image.height()
        part = self.selection
        return QRectF(part.left * across, part.top * along, part.width * across, part.height * along)
