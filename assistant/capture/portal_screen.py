"""Pictures of the screen through the desktop portal: Wayland.

Not run: on a real Wayland desktop; tested against a portal that the tests play on a bus of their own. GNOME
lets only a program with a focused window ask the person for permission, so the first request should come from
the first-run guide, not from a hotkey.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html
"""

from __future__ import annotations

from functools import partial

import numpy as np
from jeepney import Properties
from PySide6.QtGui import QGuiApplication, QScreen

from assistant.capture.desktop import (
    ActiveWindow,
    Area,
    Done,
    Monitor,
    Place,
    Target,
    desktop_area,
    view_of,
)
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.capture.portal_request import SCREENSHOT, PortalTarget, ScreenshotRequest
from assistant.dbus import BusError, SessionBus
from engine import Pixels

TIME_LIMIT_S = 10.0
"""A portal that may not ask the person never answers at all."""

_OPEN_LIMIT_S = 2.0
"""The portal is started by the first call to it, which blocks the caller once."""

_VERSION_WITH_TARGETS = 3


class PortalScreen:
    """The screen as the desktop portal shows it. Needs a ``QGuiApplication`` and its event loop.

    Areas are in pixels of the finest monitor, all others counted as if they were as fine: the picture of the
    whole desktop, which monitors and regions are cut from, is such a one.

    Args:
        targets: bit mask of the ``PortalTarget`` values that it offers; 0 before version 3 of its interface.
        time_limit_s: for each request.
    """

    name = "desktop portal"

    def __init__(self, targets: int, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._targets = targets
        self._time_limit_s = time_limit_s

    def monitors(self) -> list[Monitor]:
        """See ``ScreenBackend``."""
        screens = QGuiApplication.screens()
        scale = max((screen.devicePixelRatio() for screen in screens), default=1.0)
        return [_monitor(screen, scale) for screen in screens]

    def grab(self, target: Target, done: Done) -> None:
        """See ``ScreenBackend``; ``done`` is called from the event loop."""
        wanted = PortalTarget.ACTIVE_WINDOW if isinstance(target, ActiveWindow) else PortalTarget.SCREEN
        offered = bool(self._targets & wanted)
        if wanted is PortalTarget.ACTIVE_WINDOW and not offered:
            done(
                CaptureError(
                    "Cannot show the active window: this desktop's portal does not offer it. "
                    "Describe the whole screen instead.",
                    CaptureFault.NO_WINDOW,
                )
            )
            return
        answered = partial(self._answered, target, done)
        ScreenshotRequest(answered).send(wanted if offered else None, self._time_limit_s)

    def _answered(self, target: Target, done: Done, answer: Pixels | CaptureError) -> None:
        result: Picture | CaptureError
        if isinstance(answer, CaptureError):
            result = answer
        elif isinstance(target, ActiveWindow):
            result = Picture(answer, Origin.WINDOW)
        else:
            result = _part(answer, target, self.monitors())
        done(result)


def open_portal_screen(time_limit_s: float = TIME_LIMIT_S) -> PortalScreen:
    """The back-end, once the portal of the session bus has answered.

    Args:
        time_limit_s: for each request.

    Raises:
        CaptureError: NO_SCREEN, there is no portal that takes screenshots.
    """
    try:
        with SessionBus() as bus:
            version = _number(bus, "version")
            targets = _number(bus, "AvailableTargets") if version >= _VERSION_WITH_TARGETS else 0
    except BusError as exc:
        raise CaptureError(
            f"No desktop portal takes screenshots: {exc} "
            "Install xdg-desktop-portal with the part for your desktop.",
            CaptureFault.NO_SCREEN,
        ) from exc
    return PortalScreen(targets, time_limit_s)


def _number(bus: SessionBus, name: str) -> int:
    """A property of the portal."""
    ((_, number),) = bus.call(Properties(SCREENSHOT).get(name), _OPEN_LIMIT_S)
    return int(number)


def cut(pixels: Pixels, area: Area, desktop: Area) -> Pixels:
    """A part of a picture of the whole desktop.

    Args:
        pixels: (H, W, 3); the picture, at whatever scale the desktop chose.
        area: the part, inside the desktop.
        desktop: what the whole picture shows.

    Returns:
        (h, w, 3), C-contiguous, at least one pixel high and wide.
    """
    height, width, _ = pixels.shape
    x_scale, y_scale = width / desktop.width, height / desktop.height
    left = min(round((area.left - desktop.left) * x_scale), width - 1)
    top = min(round((area.top - desktop.top) * y_scale), height - 1)
    right = max(round((area.right - desktop.left) * x_scale), left + 1)
    bottom = max(round((area.bottom - desktop.top) * y_scale), top + 1)
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _part(pixels: Pixels, place: Place, monitors: list[Monitor]) -> Picture | CaptureError:
    try:
        view = view_of(place, monitors)
    except CaptureError as exc:
        return exc
    return Picture(cut(pixels, view.area, desktop_area(monitors)), view.origin, view.name)


def _monitor(screen: QScreen, scale: float) -> Monitor:
    place = screen.geometry()
    sides = (place.left(), place.top(), place.width(), place.height())
    return Monitor(
        area=Area(*(round(side * scale) for side in sides)),
        name=screen.model() or screen.name(),
        is_primary=screen == QGuiApplication.primaryScreen(),
    )
