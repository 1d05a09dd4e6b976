"""Which kind of hotkeys a computer gets."""

from __future__ import annotations

import platform
import sys
from types import ModuleType

import pytest

from assistant.hotkeys.backend import choose_backend
from assistant.messages import Messages
from tests.assistant.hotkeys.test_windows import FakeUser32

pytest.importorskip("Xlib", reason="needs python-xlib, of the extra app")


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, None),
        ({"DISPLAY": ":0"}, "x11"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "x11"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "portal"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "portal"),
    ],
)
def test_the_session_decides(
    environment: dict[str, str],
    name: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    backend = choose_backend(Messages())
    assert (backend.name if backend else None) == name
    assert "not windows: this is not Windows" in caplog.text
    assert f"hotkeys: {name or 'none'}" in caplog.text


def test_windows_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN Windows with an X server installed, THEN its own hotkeys are used."""
    user32 = ModuleType("assistant.hotkeys.user32")
    user32.open_user32 = FakeUser32  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "assistant.hotkeys.user32", user32)
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setenv("DISPLAY", ":0")
    backend = choose_backend(Messages())
    assert backend is not None
    assert backend.name == "windows"
