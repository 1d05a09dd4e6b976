"""A real X server (Xvfb), and windows of known colours on it."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import X, Xutil
from Xlib.display import Display

from assistant.capture import Area

SCREEN = Area(0, 0, 641, 479)
"""Odd on purpose: rows that are no multiple of four pixels."""

TITLE = "Ảnh chụp ở Hội An – 50 % “đẹp”"
TEAL, ORANGE = (0, 128, 128), (255, 165, 1)


@contextmanager
def x_server(screen: Area = SCREEN) -> Iterator[str]:
    """A server of its own, on the first display that is free; gives the display's name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{screen.width}x{screen.height}x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # empty when the server ends instead
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.02)


def colour(rgb: tuple[int, int, int]) -> int:
    red, green, blue = rgb
    return red << 16 | green << 8 | blue


class Desktop:
    """A connection of another program, which opens windows that the server itself paints."""

    def __init__(self, name: str) -> None:
        self.display = Display(name)
        self.root = self.display.screen().root

    def close(self) -> None:
        self.display.close()

    def window(self, area: Area, title: str = TITLE) -> WindowOnScreen:
        """Teal, with an orange square of 10 pixels in its upper left corner."""
        window = self.root.create_window(
            area.left, area.top, area.width, area.height, 0, X.CopyFromParent,
            background_pixel=colour(TEAL), event_mask=X.StructureNotifyMask,
        )  # fmt: skip
        square = window.create_window(0, 0, 10, 10, 0, X.CopyFromParent, background_pixel=colour(ORANGE))
        atom, utf8 = self.display.intern_atom, self.display.intern_atom("UTF8_STRING")
        window.change_property(atom("_NET_WM_NAME"), utf8, 8, title.encode())
        window.set_wm_name("old name")
        window.set_wm_normal_hints(flags=Xutil.USPosition)  # window managers keep a place the person chose
        square.map()
        window.map()
        self.display.sync()
        return WindowOnScreen(self, window)

    def active(self) -> int:
        hint = self.root.get_full_property(self.display.intern_atom("_NET_ACTIVE_WINDOW"), X.AnyPropertyType)
        return int(hint.value[0]) if hint else 0


class WindowOnScreen:
    """One of those windows, and where it truly is."""

    def __init__(self, desktop: Desktop, window: Any) -> None:
        self.desktop = desktop
        self.window = window

    def focus(self) -> None:
        self.window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        self.desktop.display.sync()

    def wait_active(self) -> None:
        tries = itertools.count(1)

        def active() -> bool:
            if self.desktop.active() == self.window.id:
                return True
            # A window manager that is still starting may overlook a window; it is shown again each second.
            if next(tries) % 50 == 0:
                self.window.unmap()
                self.desktop.display.sync()
                self.window.map()
                self.desktop.display.sync()
            return False

        wait_until(active, "the window becoming active")

    def outer_frame(self) -> Area:
        """By the tree of windows, not by the hints that the product reads."""
        outermost = self.window
        while (parent := outermost.query_tree().parent) != self.desktop.root:
            outermost = parent
        size = outermost.get_geometry()
        return Area(size.x, size.y, size.width, size.height)

    def inside(self) -> Area:
        corner = self.desktop.root.translate_coords(self.window, 0, 0)
        size = self.window.get_geometry()
        return Area(corner.x, corner.y, size.width, size.height)
