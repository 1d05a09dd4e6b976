"""The X11 hotkeys on a real X server, with keys pressed by xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

pytest.importorskip("Xlib", reason="needs python-xlib, of the extra app")

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError
from Xlib.ext.xtest import fake_input

from assistant.hotkeys.backend import Refusal
from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, parse_chord
from assistant.hotkeys.x11 import X11Hotkeys

pytestmark = pytest.mark.slow

CHORDS = {action: parse_chord(chord) for action, chord in DEFAULT_CHORDS.items()}
SCREEN, STOP = "ctrl+alt+shift+m", "ctrl+alt+shift+h"
CTRL_ALT_SHIFT = X.ControlMask | X.Mod1Mask | X.ShiftMask


@pytest.fixture
def x_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """An X server of this test's own, on a display number of its choice."""
    for program in ("Xvfb", "xdotool", "setxkbmap"):
        if not shutil.which(program):
            pytest.skip(f"needs {program}: sudo apt-get install xvfb xdotool x11-xkb-utils")
    readable, writable = os.pipe()
    command = ["Xvfb", "-displayfd", str(writable), "-screen", "0", "320x240x24", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writable], stderr=subprocess.DEVNULL) as server:
        os.close(writable)
        with os.fdopen(readable) as answer:
            monkeypatch.setenv("DISPLAY", f":{answer.readline().strip()}")
        monkeypatch.delenv("XAUTHORITY", raising=False)
        yield server
        server.terminate()


@pytest.fixture
def rival(x_server: object) -> Iterator[Any]:
    """Another program on the same X server."""
    display = Display()
    yield display
    display.close()


class Presses:
    """What a back-end reports, in order."""

    def __init__(self) -> None:
        self._actions: SimpleQueue[Action] = SimpleQueue()
        self.report = self._actions.put

    def until(self, last: Action) -> list[Action]:
        """All presses up to a certain one."""
        seen = [self._actions.get(timeout=10)]
        while seen[-1] != last:
            seen.append(self._actions.get(timeout=10))
        return seen

    def assert_none(self) -> None:
        with pytest.raises(Empty):
            self._actions.get(timeout=0.3)


@pytest.fixture
def presses() -> Presses:
    return Presses()


@pytest.fixture
def hotkeys(x_server: object) -> Iterator[X11Hotkeys]:
    backend = X11Hotkeys()
    yield backend
    backend.stop()


def xdotool(*arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], check=True, timeout=20)


def grab(display: Any, keycode: int, mask: int) -> bool:
    """Take a key as another program would; False when it is taken."""
    taken = CatchError(BadAccess)
    root = display.screen().root
    root.grab_key(keycode, mask, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken)
    display.sync()
    return taken.get_error() is None


def test_every_default_chord_fires_once(hotkeys: X11Hotkeys, presses: Presses) -> None:
    assert hotkeys.start(CHORDS, presses.report) == {}
    xdotool("key", *(chord.lower() for chord in DEFAULT_CHORDS.values()))
    assert presses.until(Action.STOP) == list(Action)
    presses.assert_none()


def test_lock_keys_make_no_difference(hotkeys: X11Hotkeys, presses: Presses) -> None:
    """GIVEN Num Lock, then Caps Lock too, THEN the hotkey still fires, once each time."""
    hotkeys.start(CHORDS, presses.report)
    xdotool("key", "Num_Lock", SCREEN, "Caps_Lock", SCREEN, "Num_Lock", SCREEN, STOP)
    assert presses.until(Action.STOP) == [Action.SCREEN] * 3 + [Action.STOP]


def test_other_keys_are_left_alone(hotkeys: X11Hotkeys, presses: Presses) -> None:
    """GIVEN more or fewer modifiers, or another key, THEN nothing fires."""
    hotkeys.start(CHORDS, presses.report)
    xdotool("key", "m", "ctrl+alt+m", "ctrl+shift+m", "ctrl+alt+shift+super+m", "ctrl+alt+shift+n", STOP)
    assert presses.until(Action.STOP) == [Action.STOP]


@pytest.mark.slow
def test_a_held_key_fires_once(hotkeys: X11Hotkeys, presses: Presses) -> None:
    """GIVEN a key held for longer than the X server waits before it repeats (660 ms)."""
    hotkeys.start(CHORDS, presses.report)
    xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "shift", "keydown", "m")
    time.sleep(1.5)
    xdotool("keyup", "m", "keydown", "m", "keyup", "m", "keyup", "shift", "keyup", "alt", "keyup", "ctrl")
    xdotool("key", STOP)
    assert presses.until(Action.STOP) == [Action.SCREEN, Action.SCREEN, Action.STOP]


@pytest.mark.parametrize("locks", [0, X.LockMask, X.Mod2Mask], ids=["plain", "caps", "num"])
def test_a_chord_of_another_program_is_refused(
    hotkeys: X11Hotkeys, presses: Presses, rival: Any, locks: int
) -> None:
    """GIVEN another program with the chord under one state of the lock keys.

    WHEN it is refused THEN no other state stays grabbed, and the other chords work.
    """
    assert grab(rival, rival.keysym_to_keycode(XK.XK_m), CTRL_ALT_SHIFT | locks)
    assert hotkeys.start(CHORDS, presses.report) == {Action.SCREEN: Refusal.TAKEN}
    for mask in (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask):
        assert grab(rival, rival.keysym_to_keycode(XK.XK_m), CTRL_ALT_SHIFT | mask)
    xdotool("key", SCREEN, STOP)
    assert presses.until(Action.STOP) == [Action.STOP]


def test_stop_lets_go(hotkeys: X11Hotkeys, presses: Presses, rival: Any) -> None:
    hotkeys.start(CHORDS, presses.report)
    assert not grab(rival, rival.keysym_to_keycode(XK.XK_m), CTRL_ALT_SHIFT)
    hotkeys.stop()
    hotkeys.stop()
    assert grab(rival, rival.keysym_to_keycode(XK.XK_m), CTRL_ALT_SHIFT)
    xdotool("key", SCREEN, STOP)
    presses.assert_none()


def test_starting_again_replaces_the_chords(hotkeys: X11Hotkeys, presses: Presses) -> None:
    hotkeys.start(CHORDS, presses.report)
    assert hotkeys.start({Action.STOP: CHORDS[Action.SCREEN]}, presses.report) == {}
    xdotool("key", STOP, SCREEN)
    assert presses.until(Action.STOP) == [Action.STOP]
    presses.assert_none()


def test_a_new_layout_moves_the_hotkey(hotkeys: X11Hotkeys, presses: Presses, rival: Any) -> None:
    """GIVEN a hotkey on Y, WHEN a German layout swaps Y and Z, THEN it is where Y is now."""
    hotkeys.start(
        {Action.SCREEN: parse_chord("Ctrl+Alt+Shift+Y"), Action.STOP: CHORDS[Action.STOP]}, presses.report
    )
    xdotool("key", "ctrl+alt+shift+y", STOP)
    assert presses.until(Action.STOP) == [Action.SCREEN, Action.STOP]
    before = rival.keysym_to_keycode(XK.XK_y)
    subprocess.run(["setxkbmap", "de"], check=True, timeout=20)
    fired = [Action.STOP]
    for _ in range(20):  # the new grabs are made in the back-end's own time
        xdotool("key", "ctrl+alt+shift+y", STOP)
        fired = presses.until(Action.STOP)
        if Action.SCREEN in fired:
            break
    assert fired == [Action.SCREEN, Action.STOP]
    xdotool("key", "ctrl+alt+shift+z", STOP)
    assert presses.until(Action.STOP) == [Action.STOP]
    assert grab(rival, before, CTRL_ALT_SHIFT)


def test_no_press_is_lost_while_the_layout_changes(hotkeys: X11Hotkeys, presses: Presses, rival: Any) -> None:
    """GIVEN a server that announces layouts all the time, as it does when two keyboards are used in turn."""
    hotkeys.start(CHORDS, presses.report)
    held = [rival.keysym_to_keycode(key) for key in (XK.XK_Control_L, XK.XK_Alt_L, XK.XK_Shift_L, XK.XK_m)]
    for round_number in range(50):
        unused = rival.display.info.max_keycode
        rival.change_keyboard_mapping(unused, [[XK.XK_F20 if round_number % 2 else XK.XK_F21]])
        for event, keycodes in ((X.KeyPress, held), (X.KeyRelease, held[::-1])):
            for keycode in keycodes:
                fake_input(rival, event, keycode)
        rival.sync()
        time.sleep(0.002)  # or the server would stamp two presses alike
    xdotool("key", STOP)
    assert presses.until(Action.STOP) == [Action.SCREEN] * 50 + [Action.STOP]


def test_a_key_the_keyboard_lacks_is_refused(hotkeys: X11Hotkeys, presses: Presses) -> None:
    """GIVEN an Arabic layout, which has no Latin letters, THEN no other key is grabbed instead."""
    subprocess.run(["setxkbmap", "ara"], check=True, timeout=20)
    assert hotkeys.start({Action.SCREEN: CHORDS[Action.SCREEN]}, presses.report) == {
        Action.SCREEN: Refusal.UNSUPPORTED
    }


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # python-xlib's, when it cannot connect
def test_no_x_server(presses: Presses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISPLAY", "unix:65000")
    monkeypatch.setenv("XAUTHORITY", str(tmp_path / "none"))
    assert set(X11Hotkeys().start(CHORDS, presses.report).values()) == {Refusal.UNAVAILABLE}


def test_the_end_of_the_x_server_is_survived(
    hotkeys: X11Hotkeys, presses: Presses, x_server: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    hotkeys.start(CHORDS, presses.report)
    (thread,) = hotkeys_threads()
    x_server.kill()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert "X server is gone" in caplog.text


def test_waiting_costs_nothing(hotkeys: X11Hotkeys, presses: Presses) -> None:
    """GIVEN no keys pressed, THEN the thread never wakes."""
    hotkeys.start(CHORDS, presses.report)
    xdotool("key", STOP)
    presses.until(Action.STOP)
    time.sleep(0.2)
    (thread,) = hotkeys_threads()
    before = switches(thread)
    time.sleep(0.5)
    assert switches(thread) == before


def hotkeys_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "hotkeys-x11"]


def switches(thread: threading.Thread) -> list[str]:
    """How often Linux has put the thread to sleep."""
    status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
    return [line for line in status.splitlines() if "ctxt_switches" in line]
