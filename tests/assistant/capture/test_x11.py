"""The screen and the active window of a real X server (Xvfb), without and with a window manager (openbox)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("Xlib", reason="needs python-xlib, which is installed on Linux only")

from Xlib import X

from assistant.capture import (
    ActiveWindow,
    Area,
    CaptureError,
    CaptureFault,
    Monitor,
    OneMonitor,
    OpenWindow,
    Origin,
    Picture,
    Target,
    WholeDesktop,
    choose_screen,
)
from assistant.capture.mss_screen import MssScreen
from assistant.capture.x11_window import active_window
from engine import Pixels
from tests.assistant.capture.x_desktop import (
    ORANGE,
    SCREEN,
    TEAL,
    TITLE,
    Desktop,
    WindowOnScreen,
    wait_until,
    x_server,
)

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb, Debian package xvfb")


@pytest.fixture(scope="module")
def bare_server() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture(scope="module")
def managed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("openbox") is None:
        pytest.skip("needs openbox, Debian package openbox")
    home = tmp_path_factory.mktemp("home")
    with x_server() as name:
        environment = os.environ | {"DISPLAY": name, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL)
        try:
            watcher = Desktop(name)
            ready = watcher.display.intern_atom("_NET_SUPPORTING_WM_CHECK")
            wait_until(
                lambda: watcher.root.get_full_property(ready, X.AnyPropertyType) is not None, "openbox"
            )
            watcher.close()
            yield name
        finally:
            manager.terminate()
            manager.wait(timeout=10)


def enter(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    desktop = Desktop(name)
    yield desktop
    desktop.close()  # its windows go with it


@pytest.fixture
def bare(bare_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """No window manager: windows are where they want to be, and have no frame."""
    yield from enter(bare_server, monkeypatch)


@pytest.fixture
def managed(managed_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    yield from enter(managed_server, monkeypatch)


def grab(target: Target) -> Picture:
    answers: list[Picture | CaptureError] = []
    MssScreen(active_window).grab(target, answers.append)
    (answer,) = answers
    assert isinstance(answer, Picture), answer
    return answer


def fault_of(target: Target) -> CaptureFault:
    answers: list[Picture | CaptureError] = []
    MssScreen(active_window).grab(target, answers.append)
    (answer,) = answers
    assert isinstance(answer, CaptureError)
    return answer.fault


def is_all(pixels: Pixels, rgb: tuple[int, int, int]) -> bool:
    return pixels.size > 0 and bool((pixels == np.array(rgb, np.uint8)).all())


def test_the_whole_desktop_in_exact_colours(bare: Desktop) -> None:
    bare.window(Area(100, 50, 201, 99))
    picture = grab(WholeDesktop())
    assert picture.pixels.shape == (479, 641, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert picture.origin is Origin.SCREEN
    assert is_all(picture.pixels[50:60, 100:110], ORANGE)
    assert is_all(picture.pixels[60:149, 100:301], TEAL)
    picture.pixels[50:149, 100:301] = 0
    assert is_all(picture.pixels, (0, 0, 0))


def test_one_monitor(bare: Desktop) -> None:
    screen = choose_screen()
    assert screen.name == "mss"
    assert screen.monitors() == [Monitor(SCREEN, "screen", is_primary=False)]
    picture = grab(OneMonitor(0))
    assert picture.pixels.shape == (479, 641, 3)
    assert (picture.origin, picture.name) == (Origin.SCREEN, "screen")
    assert fault_of(OneMonitor(1)) is CaptureFault.NO_SCREEN


def test_a_region_to_the_pixel(bare: Desktop) -> None:
    bare.window(Area(100, 50, 201, 99))
    picture = grab(Area(109, 59, 3, 2))
    assert picture.pixels.tolist() == [[[*ORANGE], [*TEAL], [*TEAL]], [[*TEAL]] * 3]
    assert picture.origin is Origin.REGION


def test_a_region_across_the_edge_is_clipped(bare: Desktop) -> None:
    bare.window(Area(621, 459, 20, 20))
    assert grab(Area(631, 469, 500, 500)).pixels.shape == (10, 10, 3)
    assert is_all(grab(Area(631, 469, 500, 500)).pixels, TEAL)
    assert fault_of(Area(641, 0, 5, 5)) is CaptureFault.FAILED


def test_without_a_window_manager_the_keyboard_tells(bare: Desktop) -> None:
    """GIVEN the keyboard in a nameless part of a window, THEN the window around it is the active one."""
    window = bare.window(Area(40, 30, 120, 80))
    (field,) = window.window.query_tree().children
    WindowOnScreen(bare, field).focus()
    assert active_window() == OpenWindow(TITLE, Area(40, 30, 120, 80))


def test_old_titles_and_drawn_shadows(bare: Desktop) -> None:
    window = bare.window(Area(40, 30, 120, 80))
    atom = bare.display.intern_atom
    window.window.delete_property(atom("_NET_WM_NAME"))
    window.window.set_wm_name("café")
    window.window.change_property(atom("_GTK_FRAME_EXTENTS"), atom("CARDINAL"), 32, [5, 6, 7, 8])
    window.focus()
    assert active_window() == OpenWindow("café", Area(45, 37, 109, 65))


def test_no_active_window(bare: Desktop) -> None:
    bare.display.set_input_focus(X.PointerRoot, X.RevertToPointerRoot, X.CurrentTime)
    bare.display.sync()
    assert fault_of(ActiveWindow()) is CaptureFault.NO_WINDOW


def test_an_active_window_that_has_gone(bare: Desktop) -> None:
    atom = bare.display.intern_atom
    bare.root.change_property(atom("_NET_ACTIVE_WINDOW"), atom("WINDOW"), 32, [0x7654321])
    bare.display.sync()
    try:
        assert fault_of(ActiveWindow()) is CaptureFault.NO_WINDOW
    finally:
        bare.root.delete_property(atom("_NET_ACTIVE_WINDOW"))
        bare.display.sync()


def test_the_active_window_with_its_frame(managed: Desktop) -> None:
    managed.window(Area(10, 200, 50, 50), "khác").wait_active()
    window = managed.window(Area(100, 80, 201, 99))
    window.wait_active()
    frame, inside = window.outer_frame(), window.inside()
    assert active_window() == OpenWindow(TITLE, frame)
    assert frame.height > inside.height == 99
    picture = grab(ActiveWindow())
    assert (picture.origin, picture.name) == (Origin.WINDOW, TITLE)
    assert picture.pixels.shape == (frame.height, frame.width, 3)
    left, top = inside.left - frame.left, inside.top - frame.top
    assert is_all(picture.pixels[top : top + 10, left : left + 10], ORANGE)
    assert is_all(picture.pixels[top + 10 : top + 99, left : left + 201], TEAL)


def test_an_active_window_across_the_edge_is_clipped(managed: Desktop) -> None:
    window = managed.window(Area(100, 80, 200, 100))
    window.wait_active()
    window.window.configure(x=541, y=400)
    wait_until(lambda: window.outer_frame().left == 541, "the move")
    frame = active_window().area
    assert frame.right > SCREEN.right
    assert frame.bottom > SCREEN.bottom
    assert grab(ActiveWindow()).pixels.shape == (SCREEN.bottom - frame.top, 100, 3)


def test_a_desktop_that_changes_while_the_program_runs(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN one back-end, THEN each picture shows the desktop as it is by then: same, gone, larger."""
    bare.window(Area(0, 0, 50, 50))
    screen = MssScreen(active_window)
    answers: list[Picture | CaptureError] = []
    screen.grab(Area(0, 10, 30, 20), answers.append)
    screen.grab(WholeDesktop(), answers.append)
    monkeypatch.setenv("DISPLAY", ":0.0.invalid")
    screen.grab(WholeDesktop(), answers.append)
    with x_server(Area(0, 0, 1000, 700)) as larger:
        monkeypatch.setenv("DISPLAY", larger)
        screen.grab(WholeDesktop(), answers.append)
    small, whole, gone, large = answers
    assert isinstance(small, Picture)
    assert is_all(small.pixels[:, 10:], TEAL)
    assert isinstance(whole, Picture)
    assert is_all(whole.pixels[10:50, :50], TEAL)
    assert isinstance(gone, CaptureError)
    assert gone.fault is CaptureFault.NO_SCREEN
    assert isinstance(large, Picture)
    assert large.pixels.shape == (700, 1000, 3)


def test_no_server_has_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "")
    with pytest.raises(CaptureError) as caught:
        active_window()
    assert caught.value.fault is CaptureFault.NO_SCREEN
