"""Which way of finding the active window each system gets."""

from __future__ import annotations

import platform

import pytest

from assistant.capture import CaptureError, CaptureFault
from assistant.capture.active_window import choose_window_finder


def test_x11_is_asked_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    x11_window = pytest.importorskip("assistant.capture.x11_window", exc_type=ImportError)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    assert choose_window_finder() is x11_window.active_window


def test_macos_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a system that is not supported, THEN the finder can be had, and says so when it is asked."""
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    find_window = choose_window_finder()
    with pytest.raises(CaptureError) as caught:
        find_window()
    assert caught.value.fault is CaptureFault.NO_WINDOW
