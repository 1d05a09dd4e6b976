"""What every source of pictures gives, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine import Pixels


class Origin(StrEnum):
    """Where a picture came from; the values are keys of the messages ``origin.*``."""

    SCREEN = "screen"
    WINDOW = "window"
    REGION = "region"
    CLIPBOARD = "clipboard"
    FILE = "file"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture to describe.

    Attributes:
        pixels: (H, W, 3) uint8 RGB, C-contiguous.
        origin: where it came from.
        name: what tells it apart: a file's name, a window's title, a camera's name; may be empty.
    """

    pixels: Pixels
    origin: Origin
    name: str = ""


class CaptureFault(StrEnum):
    """Why there is no picture; the values are keys of the messages ``capture.*``."""

    NO_SCREEN = "no-screen"
    """There is no screen to look at, or no program here can look at it."""
    REFUSED = "refused"
    """The system or the person did not allow the picture."""
    TIMED_OUT = "timed-out"
    NO_WINDOW = "no-window"
    """No window is active, or the system does not say which."""
    EMPTY_CLIPBOARD = "empty-clipboard"
    """The clipboard has neither a picture nor a picture file."""
    NO_CAMERA = "no-camera"
    CAMERA_BUSY = "camera-busy"
    FAILED = "failed"


class CaptureError(Exception):
    """A picture could not be taken.

    Attributes:
        fault: what ``assistant.messages`` chooses the sentence by.
    """

    def __init__(self, message: str, fault: CaptureFault) -> None:
        super().__init__(message)
        self.fault = fault
