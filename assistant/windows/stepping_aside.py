"""Looks at the screen without this program's own windows."""

from __future__ import annotations

import logging

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from assistant.capture.desktop import Done, Target
from assistant.capture.picture import CaptureError, Picture
from assistant.capture.screen import Grabber

_log = logging.getLogger(__name__)

GONE_MS = 350
"""How long the systems' effects for a window that is minimised take to end."""

FOCUS_BACK_MS = 2000
"""A picture of the screen takes milliseconds. After this time somebody was asked something."""


class SteppingAside(QObject):
    """A ``Grabber`` for those who ask from this program's windows: they mean what lies behind.

    The windows are minimised for the moment of the picture and come back as they were, with the focus. It
    stays where it is when the picture took so long that the person has gone on to something else, as where
    the system asks for permission. When another program has the focus, as after a hotkey, nothing is moved.

    Args:
        grabber: takes the pictures.
        parent: keeps this object alive.
    """

    def __init__(self, grabber: Grabber, parent: QObject) -> None:
        super().__init__(parent)
        self._grabber = grabber

    def grab(self, target: Target, done: Done) -> None:
        """See ``Grabber``."""
        active = QApplication.activeWindow()
        if active is None:
            self._grabber.grab(target, done)
            return
        aside = {window: window.windowState() for window in _windows_in_view()}
        _log.info("%d windows step aside", len(aside))

        def taken(result: Picture | CaptureError) -> None:
            for window, state in aside.items():
                if isValid(window):
                    window.setWindowState(state)
            if isValid(active) and since.elapsed() < FOCUS_BACK_MS:
                active.activateWindow()
            done(result)

        since = QElapsedTimer()
        since.start()
        for window in aside:
            window.showMinimized()
        QTimer.singleShot(GONE_MS, self, lambda: self._grabber.grab(target, taken))


def _windows_in_view() -> list[QWidget]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible()
        and widget.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog)
        and not widget.isMinimized()
    ]
