"""The active window of Windows, on a fake that answers as the documented functions do."""

from __future__ import annotations

import sys

import pytest

from assistant.capture import Area, CaptureError, CaptureFault, OpenWindow
from assistant.capture.win32_window import active_window, system_calls


class FakeWindows:
    """Windows by handle, in the order of the calls that a real desktop gets."""

    def __init__(self, foreground: int = 0) -> None:
        self._foreground = foreground
        self.titles: dict[int, str] = {}
        self.frames: dict[int, tuple[int, int, int, int]] = {}
        self.minimised: set[int] = set()

    def foreground(self) -> int:
        return self._foreground

    def is_minimised(self, handle: int) -> bool:
        return handle in self.minimised

    def title(self, handle: int) -> str:
        return self.titles.get(handle, "")  # GetWindowTextW gives "" for a window that has gone

    def frame(self, handle: int) -> tuple[int, int, int, int]:
        if handle not in self.frames:
            raise OSError(-2147024890, "The handle is invalid")  # E_HANDLE
        return self.frames[handle]


def fault_of(windows: FakeWindows) -> CaptureFault:
    with pytest.raises(CaptureError) as caught:
        active_window(windows)
    return caught.value.fault


def test_a_window_left_of_the_primary_monitor() -> None:
    """GIVEN edges, of which right and bottom are exclusive, THEN the area has their distance as its size."""
    windows = FakeWindows(foreground=0x1_0000_0001)
    windows.titles[0x1_0000_0001] = "Thư viện ảnh"
    windows.frames[0x1_0000_0001] = (-1920, 40, -720, 840)
    assert active_window(windows) == OpenWindow("Thư viện ảnh", Area(-1920, 40, 1200, 800))


def test_no_window_in_front() -> None:
    assert fault_of(FakeWindows(foreground=0)) is CaptureFault.NO_WINDOW


def test_a_minimised_window() -> None:
    windows = FakeWindows(foreground=7)
    windows.frames[7] = (-32000, -32000, -31840, -31972)  # where Windows parks them
    windows.minimised.add(7)
    assert fault_of(windows) is CaptureFault.NO_WINDOW


def test_a_window_that_closes_meanwhile() -> None:
    assert fault_of(FakeWindows(foreground=7)) is CaptureFault.NO_WINDOW


@pytest.mark.skipif(sys.platform == "win32", reason="says what happens elsewhere")
def test_only_windows_has_these_calls() -> None:
    with pytest.raises(OSError, match="another system"):
        system_calls()
