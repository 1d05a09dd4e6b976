"""Global hotkeys on Windows: RegisterHotKey, in a thread with a message queue.

Not run: this was written against the documentation of the Win32 calls and tested with a fake of them; no
part of it has run on Windows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple, Protocol

from assistant.hotkeys.chord import Action, Chord, Modifier
from assistant.hotkeys.keys import KEYS
from assistant.hotkeys.protocol import Pressed, Refusal

_log = logging.getLogger(__name__)

WM_HOTKEY = 0x0312
ERROR_HOTKEY_ALREADY_REGISTERED = 1409

_MODIFIER_FLAGS = {Modifier.ALT: 0x0001, Modifier.CTRL: 0x0002, Modifier.SHIFT: 0x0004}
_MOD_NOREPEAT = 0x4000


class Message(NamedTuple):
    """The parts of a Win32 MSG that matter here."""

    message: int
    wparam: int


class User32(Protocol):
    """The Win32 calls that hotkeys need; hotkeys and messages belong to the thread that calls."""

    def make_queue(self) -> int:
        """Give the calling thread a message queue, and return the thread's identifier."""

    def register_hot_key(self, hotkey_id: int, modifiers: int, virtual_key: int) -> int:
        """RegisterHotKey without a window; returns 0 or the error code."""

    def unregister_hot_key(self, hotkey_id: int) -> None:
        """UnregisterHotKey without a window."""

    def get_message(self) -> Message | None:
        """GetMessage: waits for the next message; ``None`` is WM_QUIT."""

    def post_quit(self, thread_id: int) -> None:
        """PostThreadMessage with WM_QUIT."""


class WindowsHotkeys:
    """Hotkeys of a Windows session.

    Args:
        user32: the Win32 calls.
    """

    name = "windows"

    def __init__(self, user32: User32) -> None:
        self._user32 = user32
        self._thread: Thread | None = None
        self._thread_id = 0

    def start(self, chords: Mapping[Action, Chord], pressed: Pressed) -> Mapping[Action, Refusal]:
        """See ``HotkeyBackend``."""
        self.stop()
        ready: SimpleQueue[tuple[int, dict[Action, Refusal]]] = SimpleQueue()
        self._thread = Thread(
            target=self._run, args=(chords, pressed, ready), name="hotkeys-windows", daemon=True
        )
        self._thread.start()
        self._thread_id, refused = ready.get()
        return refused

    def stop(self) -> None:
        """See ``HotkeyBackend``."""
        if self._thread:
            self._user32.post_quit(self._thread_id)
            self._thread.join()
            self._thread = None

    def _run(
        self,
        chords: Mapping[Action, Chord],
        pressed: Pressed,
        ready: SimpleQueue[tuple[int, dict[Action, Refusal]]],
    ) -> None:
        # The queue has to exist before ``stop`` can post to it, so before ``start`` returns.
        thread_id = self._user32.make_queue()
        actions = dict(enumerate(chords, start=1))
        refused = {
            action: refusal
            for hotkey_id, action in actions.items()
            if (refusal := self._register(hotkey_id, chords[action]))
        }
        ready.put((thread_id, refused))
        while message := self._user32.get_message():
            if message.message == WM_HOTKEY and message.wparam in actions:
                pressed(actions[message.wparam])
        for hotkey_id, action in actions.items():
            if action not in refused:
                self._user32.unregister_hot_key(hotkey_id)

    def _register(self, hotkey_id: int, chord: Chord) -> Refusal | None:
        flags = sum(_MODIFIER_FLAGS[modifier] for modifier in chord.modifiers) | _MOD_NOREPEAT
        error = self._user32.register_hot_key(hotkey_id, flags, KEYS[chord.key].virtual_key)
        if not error:
            return None
        if error == ERROR_HOTKEY_ALREADY_REGISTERED:
            return Refusal.TAKEN
        _log.warning("RegisterHotKey refused %s with error %d", chord, error)
        return Refusal.UNSUPPORTED
