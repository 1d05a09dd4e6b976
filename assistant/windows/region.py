"""Choosing a part of the screen, by keys as well as with the mouse.

The one window that takes the focus: the person asked for it. It shows a picture of the desktop that was taken
before, so that what is chosen is what was there.

Run on X11 and without a screen. Not run: Windows, macOS, Wayland (where the window can cover one screen only
and the picture is drawn smaller), and screens of different pixel ratios.
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QScreen,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget

from assistant.capture.desktop import Area, bounds
from assistant.capture.images import image_of
from assistant.capture.picture import Origin, Picture
from assistant.capture.selection import Selection
from assistant.messages import Messages
from assistant.windows.controls import identify
from assistant.windows.projection import (
    Projection,
    area_of,
    ninth,
    screen_of,
    screens_in_picture,
    window_over,
)
from assistant.windows.region_words import in_pixels, place

STEP_SHARE = 20
"""An arrow key goes this part of the screen's side."""

QUIET_MS = 500
"""While a key is held, the place is told not more often than this."""

_SHADE = QColor(0, 0, 0, 120)

_FRAME = ((QColor("#000000"), 6), (QColor("#ffff00"), 2))
"""Colours and widths in pixels, outer to inner: one of the two is to be seen on whatever lies below."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class RegionSelector(QWidget):
    """A frameless window over all screens. It answers once, by one of the first two signals, and is closed.

    Arrows move the selection, with Shift they change its size, with Ctrl they go by single pixels; 1 to 9
    choose a part of the screen, A everything; Enter takes it, Escape does not. With the mouse: draw, then
    double-click.

    Signals:
        chosen(Picture): the selected pixels, with the origin ``REGION``.
        cancelled(): the person changed their mind.
        told(str): what the keys are, then where the selection is.

    Attributes:
        selection: in pixels of the picture.

    Args:
        desktop: a picture of all monitors.
        messages: the texts.
    """

    chosen = Signal(object)
    cancelled = Signal()
    told = Signal(str)

    def __init__(self, desktop: Picture, messages: Messages) -> None:
        super().__init__()
        self._pixels, self._messages = desktop.pixels, messages
        self._image = image_of(desktop.pixels)
        wide, high = self._image.width(), self._image.height()
        screens = [_pixels_of(screen) for screen in QGuiApplication.screens()]
        self._screens = screens_in_picture(screens, wide, high)
        primary = QGuiApplication.screens().index(QGuiApplication.primaryScreen())
        self.selection = ninth(Selection(wide, high), self._screens[primary], 5)
        self._drawn_from: tuple[int, int] | None = None
        self._answered = self._in_pixels = self._untold = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet_over)
        self._hint = self._make_hint()
        self._describe_itself()
        self._cover(bounds(screens))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus and explain the keys, once the window is there."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._greet)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """However it is closed, there is an answer; the focus goes back by itself."""
        super().closeEvent(event)
        self._quiet.stop()
        # Somebody may keep the closed window; its pictures take tens of megabytes.
        self._image, self._pixels = QImage(), np.empty((0, 0, 3), np.uint8)
        if not self._answered:
            self._answered = True
            self.told.emit(self._messages.text("region-window.cancelled"))
            self.cancelled.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The system has the last word on the window's size."""
        super().resizeEvent(event)
        self._place_hint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The keys of the class's description."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._step(*_ARROWS[key], event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key == Qt.Key.Key_A:
            self._select(self.selection.whole(), at_once=True)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            screen = screen_of(self.selection, self._screens)
            self._select(ninth(self.selection, screen, key - Qt.Key.Key_0), at_once=True)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a rectangle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drawn_from = self._point(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it up, once it is more than a click with an unsteady hand."""
        if self._drawn_from is None:
            return
        begin, end = self._drawn_from, self._point(event)
        if max(abs(end[0] - begin[0]), abs(end[1] - begin[1])) >= QApplication.startDragDistance():
            self._select(self.selection.between(*begin, *end))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """It can still be changed, by keys too."""
        self._drawn_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the selection."""
        self._take()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture, darker outside the selection, and the frame."""
        projection = self._projection()
        full = QRectF(*projection.to_window(Area(0, 0, projection.wide, projection.high)))
        inside = QRectF(*projection.to_window(area_of(self.selection)))
        outside = QPainterPath()
        outside.addRect(full)
        outside.addRect(inside)  # a hole, by the rule of odd and even
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.drawImage(full, self._image)
        painter.fillPath(outside, _SHADE)
        for colour, width_px in _FRAME:
            painter.setPen(QPen(colour, width_px, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(inside)

    def _make_hint(self) -> QLabel:
        hint = QLabel(self._messages.text("region-window.help"), self)
        hint.setObjectName("region.hint")
        hint.setWordWrap(True)
        hint.setMargin(8)
        hint.setAutoFillBackground(True)
        hint.setFrameShape(QFrame.Shape.Box)
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return hint

    def _describe_itself(self) -> None:
        self.setWindowTitle(self._messages.text("region-window.title"))
        identify(self, "region", self._messages.text("region-window.title"))
        self.setAccessibleDescription(self._messages.text("region-window.help"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _cover(self, desktop: Area) -> None:
        """Get ready to lie over all screens.

        Args:
            desktop: in the screens' own pixels.
        """
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        primary = QGuiApplication.primaryScreen()
        corner = primary.geometry().topLeft()
        area = window_over(desktop, (corner.x(), corner.y()), _ratio(primary))
        self.setGeometry(area.left, area.top, area.width, area.height)
        if len(self._screens) == 1:  # else the desktop would keep its panels in front, and its edges free
            self.setWindowState(Qt.WindowState.WindowFullScreen)

    def _greet(self) -> None:
        if self.isVisible():
            self.activateWindow()
            self.setFocus()
            where = place(self.selection, self._screens, self._messages)
            self.told.emit(f"{self._messages.text('region-window.help')} {where}")

    def _step(self, right: int, down: int, modifiers: Qt.KeyboardModifier) -> None:
        fine = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        screen = screen_of(self.selection, self._screens)
        across = right * (1 if fine else max(1, screen.width // STEP_SHARE))
        along = down * (1 if fine else max(1, screen.height // STEP_SHARE))
        before = self.selection
        resize = modifiers & Qt.KeyboardModifier.ShiftModifier
        after = before.resized(across, along) if resize else before.moved(across, along)
        self._select(after, fine=fine)

    def _select(self, selection: Selection, *, fine: bool = False, at_once: bool = False) -> None:
        """Change the selection and tell where it is now.

        Args:
            selection: the new one.
            fine: tell it in pixels.
            at_once: tell it even if something was told a moment ago; for keys that are not held.
        """
        self.selection, self._in_pixels = selection, fine
        self._place_hint()
        self.update()
        if at_once or not self._quiet.isActive():
            self._tell_place()
        else:
            self._untold = True

    def _on_quiet_over(self) -> None:
        if self._untold:
            self._tell_place()

    def _tell_place(self) -> None:
        self._untold = False
        self._quiet.start()
        if self._in_pixels:
            self.told.emit(in_pixels(self.selection, self._messages))
        else:
            self.told.emit(place(self.selection, self._screens, self._messages))

    def _take(self) -> None:
        area = area_of(self.selection)
        pixels = self._pixels[area.top : area.bottom, area.left : area.right].copy()
        self._answered = True
        self.close()
        self.chosen.emit(Picture(pixels, Origin.REGION))

    def _projection(self) -> Projection:
        size = self.size().toTuple()
        return Projection.fit((self.selection.wide, self.selection.high), size, self.devicePixelRatioF())

    def _point(self, event: QMouseEvent) -> tuple[int, int]:
        return self._projection().to_picture(event.position().x(), event.position().y())

    def _place_hint(self) -> None:
        """Lay the list of keys where the selection is not: at the top or at the bottom of its screen."""
        screen = screen_of(self.selection, self._screens)
        projection = self._projection()
        left, top, width, height = map(round, projection.to_window(screen))
        self._hint.setFixedWidth(width)
        own = self._hint.heightForWidth(width)
        middle = self.selection.top + self.selection.height / 2
        above = middle > screen.top + screen.height / 2
        self._hint.setGeometry(left, top if above else top + height - own, width, own)


def _ratio(screen: QScreen) -> float:
    """Pixels for one of Qt's coordinates. macOS counts its desktop in points, as Qt does."""
    return 1.0 if sys.platform == "darwin" else screen.devicePixelRatio()


def _pixels_of(screen: QScreen) -> Area:
    """A screen in the desktop's own unit. Qt leaves its corner as it is and divides its size by the ratio."""
    place, ratio = screen.geometry(), _ratio(screen)
    return Area(place.x(), place.y(), round(place.width() * ratio), round(place.height() * ratio))
