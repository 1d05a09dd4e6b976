"""The Windows hotkeys against a fake of user32 that keeps its rules on threads."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, parse_chord
from assistant.hotkeys.protocol import Refusal
from assistant.hotkeys.user32 import _User32, open_user32
from assistant.hotkeys.windows import ERROR_HOTKEY_ALREADY_REGISTERED, WM_HOTKEY, Message, WindowsHotkeys

CHORDS = {action: parse_chord(chord) for action, chord in DEFAULT_CHORDS.items()}
MOD_ALT, MOD_CONTROL, MOD_SHIFT, MOD_NOREPEAT = 1, 2, 4, 0x4000
CTRL_ALT_SHIFT = MOD_ALT | MOD_CONTROL | MOD_SHIFT
ERROR_INVALID_PARAMETER = 87
WM_TIMER = 0x0113


class FakeUser32:
    """One message queue per thread, hotkeys of the whole session, each owned by a thread."""

    def __init__(self) -> None:
        self.queues: dict[int, SimpleQueue[Message | None]] = {}
        self.hotkeys: dict[tuple[int, int], tuple[int, int]] = {}
        self.bad_keys: set[int] = set()

    def make_queue(self) -> int:
        thread_id = threading.get_ident()
        self.queues[thread_id] = SimpleQueue()
        return thread_id

    def register_hot_key(self, hotkey_id: int, modifiers: int, virtual_key: int) -> int:
        assert modifiers & MOD_NOREPEAT, "a held key would fire again and again"
        chord = (modifiers & ~MOD_NOREPEAT, virtual_key)
        if virtual_key in self.bad_keys:
            return ERROR_INVALID_PARAMETER
        if chord in self.hotkeys:
            return ERROR_HOTKEY_ALREADY_REGISTERED
        self.hotkeys[chord] = (threading.get_ident(), hotkey_id)
        return 0

    def unregister_hot_key(self, hotkey_id: int) -> None:
        owner = (threading.get_ident(), hotkey_id)
        assert owner in self.hotkeys.values(), "only the thread that registered a hotkey can let it go"
        self.hotkeys = {chord: other for chord, other in self.hotkeys.items() if other != owner}

    def get_message(self) -> Message | None:
        return self.queues[threading.get_ident()].get(timeout=10)

    def post_quit(self, thread_id: int) -> None:
        self.queues[thread_id].put(None)

    def press(self, modifiers: int, virtual_key: int) -> None:
        """The person presses a chord; Windows posts it to the owner's queue."""
        thread_id, hotkey_id = self.hotkeys[modifiers, virtual_key]
        self.queues[thread_id].put(Message(WM_HOTKEY, hotkey_id))


@pytest.fixture
def user32() -> FakeUser32:
    return FakeUser32()


@pytest.fixture
def hotkeys(user32: FakeUser32) -> Iterator[WindowsHotkeys]:
    backend = WindowsHotkeys(user32)
    yield backend
    backend.stop()


@pytest.fixture
def pressed() -> SimpleQueue[Action]:
    return SimpleQueue()


def test_each_chord_fires_its_action(
    hotkeys: WindowsHotkeys, user32: FakeUser32, pressed: SimpleQueue[Action]
) -> None:
    assert hotkeys.start(CHORDS, pressed.put) == {}
    for key in (*map(ord, "MKVBF"), 0x20, ord("H")):
        user32.press(CTRL_ALT_SHIFT, key)
    assert [pressed.get(timeout=10) for _ in Action] == list(Action)


def test_each_modifier_has_its_flag(hotkeys: WindowsHotkeys, user32: FakeUser32) -> None:
    chords = {
        Action.SCREEN: parse_chord("Ctrl+F5"),
        Action.WINDOW: parse_chord("Alt+F5"),
        Action.STOP: parse_chord("Alt+Shift+A"),
    }
    hotkeys.start(chords, print)
    assert set(user32.hotkeys) == {(MOD_CONTROL, 0x74), (MOD_ALT, 0x74), (MOD_ALT | MOD_SHIFT, 0x41)}


def test_refusals_name_their_reason(
    hotkeys: WindowsHotkeys, user32: FakeUser32, pressed: SimpleQueue[Action]
) -> None:
    """GIVEN a chord of another program and one Windows does not take, THEN the others work."""
    user32.hotkeys[CTRL_ALT_SHIFT, ord("M")] = (0, 1)
    user32.bad_keys = {ord("V")}
    refused = hotkeys.start(CHORDS, pressed.put)
    assert refused == {Action.SCREEN: Refusal.TAKEN, Action.REGION: Refusal.UNSUPPORTED}
    user32.press(CTRL_ALT_SHIFT, ord("H"))
    assert pressed.get(timeout=10) == Action.STOP
    hotkeys.stop()
    assert user32.hotkeys == {(CTRL_ALT_SHIFT, ord("M")): (0, 1)}


def test_other_messages_are_ignored(
    hotkeys: WindowsHotkeys, user32: FakeUser32, pressed: SimpleQueue[Action]
) -> None:
    hotkeys.start(CHORDS, pressed.put)
    (queue,) = user32.queues.values()
    queue.put(Message(WM_TIMER, 1))
    queue.put(Message(WM_HOTKEY, 0xBFFF))
    user32.press(CTRL_ALT_SHIFT, ord("H"))
    assert pressed.get(timeout=10) == Action.STOP
    assert pressed.empty()


def test_starting_again_and_stopping_let_go(hotkeys: WindowsHotkeys, user32: FakeUser32) -> None:
    hotkeys.start(CHORDS, print)
    assert hotkeys.start({Action.STOP: CHORDS[Action.SCREEN]}, print) == {}
    assert list(user32.hotkeys) == [(CTRL_ALT_SHIFT, ord("M"))]
    hotkeys.stop()
    hotkeys.stop()
    assert user32.hotkeys == {}
    assert "hotkeys-windows" not in [thread.name for thread in threading.enumerate()]


class TestCalls:
    """What goes into and comes out of the DLL, which is only a stand-in here."""

    def make(self, got: int = 1, **functions: Any) -> _User32:
        def get_message(pointer: Any, *_: int | None) -> int:
            message = pointer._obj
            message.message, message.wParam = WM_HOTKEY, 3
            return got

        names = ("PeekMessageW", "RegisterHotKey", "UnregisterHotKey", "PostThreadMessageW")
        defaults: dict[str, Any] = {name: lambda *_: 1 for name in names}
        user32 = SimpleNamespace(GetMessageW=get_message, **(defaults | functions))
        kernel32 = SimpleNamespace(GetCurrentThreadId=lambda: 42)
        return _User32(user32, kernel32, lambda: ERROR_HOTKEY_ALREADY_REGISTERED)  # type: ignore[arg-type]

    def test_a_hotkey_message(self) -> None:
        assert self.make().get_message() == Message(WM_HOTKEY, 3)

    @pytest.mark.parametrize("got", [0, -1], ids=["quit", "failed"])
    def test_the_end_of_messages(self, got: int) -> None:
        assert self.make(got).get_message() is None

    def test_the_error_code_is_returned(self) -> None:
        assert self.make().register_hot_key(1, MOD_ALT, 0x41) == 0
        refused = self.make(RegisterHotKey=lambda *_: 0)
        assert refused.register_hot_key(1, MOD_ALT, 0x41) == ERROR_HOTKEY_ALREADY_REGISTERED

    def test_the_queue_is_made_by_looking_into_it(self) -> None:
        looked: list[Any] = []
        made = self.make(PeekMessageW=lambda *arguments: looked.append(arguments))
        assert made.make_queue() == 42
        assert len(looked) == 1

    @pytest.mark.skipif(hasattr(ctypes, "WinDLL"), reason="this is Windows")
    def test_there_is_none_elsewhere(self) -> None:
        with pytest.raises(OSError, match="Windows only"):
            open_user32()
