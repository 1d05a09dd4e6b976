"""Which back-end is chosen, what is said when none is, and that asking costs nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from assistant.capture import (
    CaptureError,
    CaptureFault,
    Monitor,
    Origin,
    Picture,
    Target,
    WholeDesktop,
    choose_screen,
    screen,
)
from assistant.capture.desktop import Done
from assistant.capture.screen import Screen, ScreenBackend
from assistant.messages import LANGUAGES, Messages

Opener = Callable[[], ScreenBackend]


class NamedScreen:
    """A back-end with a name and nothing else."""

    def __init__(self, name: str) -> None:
        self.name = name

    def monitors(self) -> list[Monitor]:
        return []

    def grab(self, target: Target, done: Done) -> None:
        done(CaptureError("nothing to see", CaptureFault.FAILED))


def works(name: str) -> Opener:
    return lambda: NamedScreen(name)


def is_missing() -> ScreenBackend:
    raise CaptureError("it is missing.", CaptureFault.NO_SCREEN)


def test_the_first_usable_one_wins(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """GIVEN that the first is missing, THEN the second is chosen, and the log says why."""
    backends = (("first", is_missing), ("second", works("b")), ("third", works("c")))
    monkeypatch.setattr(screen, "_BACKENDS", backends)
    with caplog.at_level("INFO", logger=screen.__name__):
        assert choose_screen().name == "b"
    assert "first: it is missing." in caplog.text
    assert "through second" in caplog.text
    assert "third" not in caplog.text


def test_none_is_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_BACKENDS", (("first", is_missing), ("second", is_missing)))
    with pytest.raises(CaptureError, match=r"first: it is missing. second: it is missing.") as caught:
        choose_screen()
    assert caught.value.fault is CaptureFault.NO_SCREEN


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, True),
        ({"XDG_SESSION_TYPE": "wayland"}, True),
        ({"XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}, False),
        ({}, False),
    ],
)
def test_wayland_is_told_by_the_environment(
    variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert screen.is_wayland() is expected


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has sessions without a display")
def test_neither_x_nor_wayland(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a session without any display, THEN the person is told to open a file instead."""
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CaptureError) as caught:
        choose_screen()
    assert caught.value.fault is CaptureFault.NO_SCREEN
    assert "tệp ảnh" in Messages("vi").error(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_and_origin_has_its_words(language: str) -> None:
    messages = Messages(language)  # type: ignore[arg-type]
    sentences = {messages.error(CaptureError("", fault)) for fault in CaptureFault}
    assert len(sentences) == len(CaptureFault)
    assert len({messages.text(f"origin.{origin}") for origin in Origin}) == len(Origin)


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, assistant.capture; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(loaded.stdout.split()) & {"PySide6", "shiboken6", "mss", "Xlib"}


class OneScreen:
    """A back-end that gives one result again and again."""

    name = "one"

    def __init__(self, result: Picture | CaptureError) -> None:
        self.result = result

    def monitors(self) -> list[Monitor]:
        return []

    def grab(self, target: Target, done: Done) -> None:
        done(self.result)


PICTURE = Picture(np.zeros((2, 2, 3), np.uint8), Origin.SCREEN)


@pytest.mark.parametrize(
    ("result", "opened"),
    [
        (PICTURE, 1),
        (CaptureError("x", CaptureFault.REFUSED), 1),
        (CaptureError("x", CaptureFault.NO_WINDOW), 1),
        (CaptureError("x", CaptureFault.FAILED), 3),
        (CaptureError("x", CaptureFault.NO_SCREEN), 3),
    ],
)
def test_a_back_end_is_kept_as_long_as_it_works(result: Picture | CaptureError, opened: int) -> None:
    openings: list[OneScreen] = []

    def choose() -> OneScreen:
        openings.append(OneScreen(result))
        return openings[-1]

    kept = Screen(choose)
    results: list[Picture | CaptureError] = []
    for _ in range(3):
        kept.grab(WholeDesktop(), results.append)
    assert results == [result] * 3
    assert len(openings) == opened


def test_no_back_end_is_an_answer_too() -> None:
    def choose() -> ScreenBackend:
        raise CaptureError("none", CaptureFault.NO_SCREEN)

    results: list[Picture | CaptureError] = []
    Screen(choose).grab(WholeDesktop(), results.append)
    assert isinstance(results[0], CaptureError)
    with pytest.raises(CaptureError):
        Screen(choose).monitors()
