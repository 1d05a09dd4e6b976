"""The active window of an X11 desktop.

Window managers say which it is by the Extended Window Manager Hints
(https://specifications.freedesktop.org/wm-spec/latest/); without one, the window with the keyboard counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, TypeAlias

from Xlib import X, Xatom, error
from Xlib.display import Display

from assistant.capture.desktop import Area, OpenWindow
from assistant.capture.picture import CaptureError, CaptureFault

_Window: TypeAlias = Any
"""Xlib's window object; the library has no types."""

_Edges: TypeAlias = tuple[int, int, int, int]
"""Left, right, top, bottom, in pixels: the order of the hints."""


def active_window() -> OpenWindow:
    """The window the person works in.

    Raises:
        CaptureError: NO_WINDOW, none is active or it has just gone; NO_SCREEN, no X server answers.
    """
    try:
        display = Display()
    except (error.DisplayError, error.XauthError, error.ConnectionClosedError, OSError) as exc:
        raise CaptureError(
            f"Cannot look for the active window: {exc}. Run the program inside a desktop session.",
            CaptureFault.NO_SCREEN,
        ) from exc
    with closing(display):
        try:
            return _active(display)
        except (error.XError, error.ConnectionClosedError) as exc:
            raise CaptureError(
                f"Cannot read the active window: it closed meanwhile ({exc}). Try again.",
                CaptureFault.NO_WINDOW,
            ) from exc


def _active(display: Display) -> OpenWindow:
    window = _hinted(display) or _focused(display)
    if window is None or window.get_attributes().map_state != X.IsViewable:
        raise CaptureError(
            "Cannot find the active window: no window has the keyboard. Switch to one first.",
            CaptureFault.NO_WINDOW,
        )
    return OpenWindow(_title(display, window), _area(display, window))


def _hinted(display: Display) -> _Window | None:
    """The window that the window manager calls active."""
    values = _property(display, display.screen().root, "_NET_ACTIVE_WINDOW")
    if values is None or not len(values) or values[0] == X.NONE:
        return None
    return display.create_resource_object("window", values[0])


def _focused(display: Display) -> _Window | None:
    """The program's window around the one with the keyboard, which may be a single text field."""
    focus = display.get_input_focus().focus
    if focus in (X.NONE, X.PointerRoot) or focus == display.screen().root:
        return None
    outermost = focus
    for window in _outwards(display, focus):
        if _title(display, window):
            return window
        outermost = window
    return outermost


def _outwards(display: Display, window: _Window) -> Iterator[_Window]:
    """The window, then the windows around it, without the root."""
    while window and window != display.screen().root:
        yield window
        window = window.query_tree().parent


def _title(display: Display, window: _Window) -> str:
    """The title: UTF-8 if the program gives it so, else as the oldest programs do in Latin-1."""
    value = _property(display, window, "_NET_WM_NAME")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    old = window.get_full_property(Xatom.WM_NAME, Xatom.STRING)
    return old.value.decode("latin-1") if old else ""


def _area(display: Display, window: _Window) -> Area:
    size = window.get_geometry()
    corner = display.screen().root.translate_coords(window, 0, 0)
    frame = _edges(display, window, "_NET_FRAME_EXTENTS")
    # Programs that draw their own title bar count their shadow as part of the window, and say how wide it is.
    shadow = _edges(display, window, "_GTK_FRAME_EXTENTS")
    left, right, top, bottom = (outer - inner for outer, inner in zip(frame, shadow, strict=True))
    return Area(corner.x - left, corner.y - top, size.width + left + right, size.height + top + bottom)


def _edges(display: Display, window: _Window, name: str) -> _Edges:
    values = _property(display, window, name)
    if values is None or len(values) != 4:
        return (0, 0, 0, 0)
    left, right, top, bottom = values
    return (left, right, top, bottom)


def _property(display: Display, window: _Window, name: str) -> Any:
    """Value of a window's property: bytes, or an array of numbers; ``None`` when it is not set."""
    found = window.get_full_property(display.get_atom(name), X.AnyPropertyType)
    return found and found.value
