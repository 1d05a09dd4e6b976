"""Pictures of the screen through mss: X11, Windows and macOS.

Run on X11. Not run: Windows and macOS, which mss serves through the same calls. There, a forbidden picture is
no error: Windows gives black under a screen curtain, macOS the bare wallpaper until the person allows screen
recording. The engine's gate, not this module, tells black pictures from others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from mss import MSS, ScreenShotError
from mss.screenshot import ScreenShot

from assistant.capture.active_window import WindowFinder, choose_window_finder
from assistant.capture.desktop import (
    ActiveWindow,
    Area,
    Done,
    Monitor,
    Target,
    view_of,
    view_of_window,
)
from assistant.capture.picture import CaptureError, CaptureFault, Picture
from engine import Pixels


class MssScreen:
    """The screen as mss sees it. Used from one thread.

    The monitors are looked up for each picture, which takes less than a millisecond: laptops are docked
    while the program runs. The connection that takes the pictures is kept as long as they stay the same: its
    first picture takes about 10 ms longer than the later ones, and it fails on a desktop that has grown.

    Args:
        find_window: finds the active window.
    """

    name = "mss"

    def __init__(self, find_window: WindowFinder) -> None:
        self._find_window = find_window
        self._connection: MSS | None = None
        self._connected_to: list[Monitor] = []

    def monitors(self) -> list[Monitor]:
        """See ``ScreenBackend``."""
        with _connect() as connection:
            try:
                everything, *monitors = connection.monitors
            except ScreenShotError as exc:
                raise _no_screen(exc) from exc
        # Servers without RandR list only the desktop as a whole.
        return [_monitor(row) for row in monitors or [everything]]

    def grab(self, target: Target, done: Done) -> None:
        """See ``ScreenBackend``; ``done`` is called before this returns."""
        answer: Picture | CaptureError
        try:
            answer = self._take(target)
        except CaptureError as exc:
            answer = exc
        done(answer)

    def _take(self, target: Target) -> Picture:
        monitors = self.monitors()
        if isinstance(target, ActiveWindow):
            view = view_of_window(self._find_window(), monitors)
        else:
            view = view_of(target, monitors)
        if self._connection is None or monitors != self._connected_to:
            self._disconnect()
            self._connection, self._connected_to = _connect(), monitors
        area = view.area
        try:
            shot = self._connection.grab((area.left, area.top, area.right, area.bottom))
        except ScreenShotError as exc:
            self._disconnect()
            raise CaptureError(
                f"Cannot take a picture of {area}: {exc}. Try again.", CaptureFault.FAILED
            ) from exc
        return Picture(_rgb(shot), view.origin, view.name)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def open_mss_screen() -> MssScreen:
    """The back-end, once it has shown that there is a screen.

    Raises:
        CaptureError: NO_SCREEN.
    """
    screen = MssScreen(choose_window_finder())
    screen.monitors()
    return screen


def _connect() -> MSS:
    try:
        return MSS()
    except ScreenShotError as exc:
        raise _no_screen(exc) from exc


def _no_screen(exc: ScreenShotError) -> CaptureError:
    return CaptureError(
        f"Cannot look at the screen: {exc}. Run the program inside a desktop session.",
        CaptureFault.NO_SCREEN,
    )


def _monitor(row: dict[str, Any]) -> Monitor:
    return Monitor(
        area=Area(row["left"], row["top"], row["width"], row["height"]),
        name=row.get("name") or row.get("output") or "",
        is_primary=bool(row.get("is_primary")),
    )


def _rgb(shot: ScreenShot) -> Pixels:
    """BGRX -> RGB, one plane at a time: a third of the time of reversing the last axis in one copy."""
    height, width = shot.height, shot.width  # on macOS in pixels, unlike the area asked for
    bgrx = np.frombuffer(shot.raw, np.uint8).reshape(height, width, 4)
    rgb = np.empty((height, width, 3), np.uint8)
    for plane in range(3):
        rgb[..., plane] = bgrx[..., 2 - plane]
    return rgb
