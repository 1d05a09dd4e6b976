"""Where pictures come from. Importing this package loads neither Qt nor a capture library."""

from assistant.capture.desktop import (
    ActiveWindow,
    Area,
    Done,
    Monitor,
    OneMonitor,
    OpenWindow,
    Target,
    WholeDesktop,
)
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.capture.screen import ScreenBackend, choose_screen

__all__ = [
    "ActiveWindow",
    "Area",
    "CaptureError",
    "CaptureFault",
    "Done",
    "Monitor",
    "OneMonitor",
    "OpenWindow",
    "Origin",
    "Picture",
    "ScreenBackend",
    "Target",
    "WholeDesktop",
    "choose_screen",
]
