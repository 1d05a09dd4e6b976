"""The active window of a Windows desktop.

Not run: written after Microsoft's reference for GetForegroundWindow, IsIconic, GetWindowTextW and
DwmGetWindowAttribute; the logic is tested on a fake of them. DWMWA_EXTENDED_FRAME_BOUNDS is the frame without
the invisible borders and the shadow that GetWindowRect counts, in physical pixels on every monitor.
"""

from __future__ import annotations

import sys
from typing import Protocol

from assistant.capture.desktop import Area, OpenWindow
from assistant.capture.picture import CaptureError, CaptureFault

_DWMWA_EXTENDED_FRAME_BOUNDS = 9


class WindowCalls(Protocol):
    """The few calls of the system that are needed. A window is known by its handle."""

    def foreground(self) -> int:
        """Handle of the window the person works in; 0 while none is active."""

    def is_minimised(self, handle: int) -> bool:
        """Whether the window is only a button on the task bar."""

    def title(self, handle: int) -> str:
        """Text of the title bar."""

    def frame(self, handle: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in physical pixels.

        Raises:
            OSError: there is no such window any more.
        """


def active_window(calls: WindowCalls) -> OpenWindow:
    """The window the person works in.

    Raises:
        CaptureError: NO_WINDOW, none is active, it is minimised, or it has just gone.
    """
    handle = calls.foreground()
    if not handle or calls.is_minimised(handle):
        raise CaptureError(
            "Cannot find the active window: none is in front. Switch to one first.", CaptureFault.NO_WINDOW
        )
    try:
        left, top, right, bottom = calls.frame(handle)
    except OSError as exc:
        raise CaptureError(
            f"Cannot read the active window: it closed meanwhile ({exc}). Try again.", CaptureFault.NO_WINDOW
        ) from exc
    return OpenWindow(calls.title(handle), Area(left, top, right - left, bottom - top))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _SystemCalls:
        """The real ones."""

        def __init__(self) -> None:
            self._user32 = ctypes.WinDLL("user32")
            self._dwmapi = ctypes.OleDLL("dwmapi")  # raises OSError for a failing HRESULT
            # Handles are pointers; ctypes would cut them to 32 bits.
            self._user32.GetForegroundWindow.restype = wintypes.HWND
            self._user32.IsIconic.argtypes = [wintypes.HWND]
            self._user32.GetWindowTextLengthW.argtypes = [wintypes.HWND]
            self._user32.GetWindowTextW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]
            self._dwmapi.DwmGetWindowAttribute.argtypes = [
                wintypes.HWND,
                wintypes.DWORD,
                ctypes.c_void_p,
                wintypes.DWORD,
            ]

        def foreground(self) -> int:
            return self._user32.GetForegroundWindow() or 0

        def is_minimised(self, handle: int) -> bool:
            return bool(self._user32.IsIconic(handle))

        def title(self, handle: int) -> str:
            text = ctypes.create_unicode_buffer(self._user32.GetWindowTextLengthW(handle) + 1)
            self._user32.GetWindowTextW(handle, text, len(text))
            return text.value

        def frame(self, handle: int) -> tuple[int, int, int, int]:
            bounds = wintypes.RECT()
            self._dwmapi.DwmGetWindowAttribute(
                handle, _DWMWA_EXTENDED_FRAME_BOUNDS, ctypes.byref(bounds), ctypes.sizeof(bounds)
            )
            return bounds.left, bounds.top, bounds.right, bounds.bottom


def system_calls() -> WindowCalls:
    """The calls of this system.

    Raises:
        OSError: this is not Windows.
    """
    if sys.platform == "win32":
        return _SystemCalls()
    raise OSError("Cannot call the windowing functions of Windows: this is another system.")
