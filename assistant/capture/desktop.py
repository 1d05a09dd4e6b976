"""What is on the desktop, and what of it can be asked for.

One system of coordinates for all monitors: physical pixels, growing to the right and down. The origin is the
system's own, so a monitor to the left of the primary one can lie at negative coordinates. macOS counts in
points instead, as its capture functions do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the desktop. As a target: a picture of what is inside.

    Attributes:
        left: x of the first column, in pixels.
        top: y of the first row, in pixels.
        width: in pixels.
        height: in pixels.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """X behind the last column, in pixels."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Y below the last row, in pixels."""
        return self.top + self.height

    @property
    def is_empty(self) -> bool:
        """Whether no pixel is inside."""
        return self.width <= 0 or self.height <= 0

    def clip(self, to: Area) -> Area:
        """The part inside another area; one of width or height 0 when they do not meet."""
        left, top = max(self.left, to.left), max(self.top, to.top)
        width = max(0, min(self.right, to.right) - left)
        height = max(0, min(self.bottom, to.bottom) - top)
        return Area(left, top, width, height)


@dataclass(frozen=True, slots=True)
class Monitor:
    """One screen.

    Attributes:
        area: the part of the desktop it shows.
        name: what the system calls it, such as "DELL U2415" or "HDMI-1"; may be empty.
        is_primary: whether the system says that it is the main one.
    """

    area: Area
    name: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window of any program.

    Attributes:
        title: as its title bar shows it; may be empty.
        area: with its frame and title bar, without its shadow; may reach beyond the desktop.
    """

    title: str
    area: Area


@dataclass(frozen=True, slots=True)
class WholeDesktop:
    """Target: all monitors in one picture."""


@dataclass(frozen=True, slots=True)
class OneMonitor:
    """Target: one monitor.

    Attributes:
        index: its place in ``ScreenBackend.monitors()``, from 0.
    """

    index: int


@dataclass(frozen=True, slots=True)
class ActiveWindow:
    """Target: the window the person works in."""


Place: TypeAlias = WholeDesktop | OneMonitor | Area
"""A target whose area is known without asking for windows."""

Target: TypeAlias = Place | ActiveWindow

Done: TypeAlias = Callable[[Picture | CaptureError], None]
"""Takes the answer to a request for a picture; called exactly once."""


@dataclass(frozen=True, slots=True)
class View:
    """What a picture will show.

    Attributes:
        area: inside the desktop, not empty.
        origin: of the picture.
        name: of the picture.
    """

    area: Area
    origin: Origin
    name: str = ""


def desktop_area(monitors: Sequence[Monitor]) -> Area:
    """The smallest area around all monitors.

    Raises:
        CaptureError: NO_SCREEN, there is no monitor.
    """
    if not monitors:
        raise CaptureError(
            "Cannot take a picture: the system lists no monitor. Connect or switch on a screen.",
            CaptureFault.NO_SCREEN,
        )
    return bounds([monitor.area for monitor in monitors])


def bounds(areas: Sequence[Area]) -> Area:
    """The smallest area around some others; at least one."""
    left, top = min(area.left for area in areas), min(area.top for area in areas)
    right, bottom = max(area.right for area in areas), max(area.bottom for area in areas)
    return Area(left, top, right - left, bottom - top)


def view_of(place: Place, monitors: Sequence[Monitor]) -> View:
    """Where a target lies.

    Raises:
        CaptureError: NO_SCREEN, no such monitor; FAILED, the area is outside the desktop.
    """
    desktop = desktop_area(monitors)
    if isinstance(place, WholeDesktop):
        return View(desktop, Origin.SCREEN)
    if isinstance(place, OneMonitor):
        if not 0 <= place.index < len(monitors):
            raise CaptureError(
                f"Cannot show monitor {place.index}: there are {len(monitors)}. List the monitors anew.",
                CaptureFault.NO_SCREEN,
            )
        monitor = monitors[place.index]
        return View(monitor.area, Origin.SCREEN, monitor.name)
    return View(_visible(place, desktop, CaptureFault.FAILED), Origin.REGION)


def view_of_window(window: OpenWindow, monitors: Sequence[Monitor]) -> View:
    """The part of a window that is on the desktop.

    Raises:
        CaptureError: NO_WINDOW, no part of it is; NO_SCREEN, there is no monitor.
    """
    area = _visible(window.area, desktop_area(monitors), CaptureFault.NO_WINDOW)
    return View(area, Origin.WINDOW, window.title)


def _visible(area: Area, desktop: Area, fault: CaptureFault) -> Area:
    part = area.clip(desktop)
    if part.is_empty:
        raise CaptureError(
            f"Cannot take a picture of {area}: it is outside the desktop, {desktop}. Move it into view.",
            fault,
        )
    return part
