"""Which window does the person work in?

X11 and Windows say. macOS does not without a further permission (Accessibility) and is not supported: the
answer there is NO_WINDOW. Wayland does not either; there ``portal_screen`` asks the portal for the picture.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from assistant.capture.desktop import OpenWindow
from assistant.capture.picture import CaptureError, CaptureFault

_log = logging.getLogger(__name__)

WindowFinder: TypeAlias = Callable[[], OpenWindow]
"""Finds the active window; raises ``CaptureError`` NO_WINDOW when there is none, or NO_SCREEN."""


def choose_window_finder() -> WindowFinder:
    """The finder of this system."""
    system = platform.system()
    if system == "Windows":
        from assistant.capture import win32_window

        return partial(win32_window.active_window, win32_window.system_calls())
    if system == "Darwin":
        _log.info("no active window: %s is not supported", system)
        return _unsupported
    from assistant.capture import x11_window

    return x11_window.active_window


def _unsupported() -> OpenWindow:
    raise CaptureError(
        "Cannot tell which window is active: this system does not say. Describe the whole screen instead.",
        CaptureFault.NO_WINDOW,
    )
