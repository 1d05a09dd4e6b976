"""Global hotkeys on X11: passive key grabs on the root window.

Why grabs, and why through python-xlib: docs/decisions/001-x11-hotkeys.md.
"""

from __future__ import annotations

import logging
import select
import socket
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, ConnectionClosedError, DisplayError

from assistant.hotkeys.chord import Action, Chord, Modifier
from assistant.hotkeys.keys import KEYS
from assistant.hotkeys.protocol import Pressed, Refusal
from assistant.hotkeys.worker import Worker

_log = logging.getLogger(__name__)

_MODIFIER_BITS = 0xFF
"""The bits of an event's state that are modifiers; the others are mouse buttons and the layout."""


class X11Hotkeys:
    """Hotkeys of an X server, on a connection and a thread of their own."""

    name = "x11"

    def __init__(self) -> None:
        self._worker: Worker | None = None

    def start(self, chords: Mapping[Action, Chord], pressed: Pressed) -> Mapping[Action, Refusal]:
        """See ``HotkeyBackend``."""
        self.stop()
        try:
            display = Display()
        except (DisplayError, ConnectionClosedError) as exc:
            _log.warning("the X server cannot be reached: %s", exc)
            return dict.fromkeys(chords, Refusal.UNAVAILABLE)
        listener = _Listener(display, chords, pressed)
        refused = listener.grab()
        self._worker = Worker("hotkeys-x11", listener.run)
        return refused

    def stop(self) -> None:
        """See ``HotkeyBackend``."""
        if self._worker:
            self._worker.stop()
            self._worker = None


class _Listener:
    """The grabs of one connection, and its events."""

    def __init__(self, display: Any, chords: Mapping[Action, Chord], pressed: Pressed) -> None:
        self._display = display
        self._chords = chords
        self._pressed = pressed
        self._root = display.screen().root
        self._locks = 0
        self._actions: dict[tuple[int, int], Action] = {}
        self._grabs: set[tuple[int, int]] = set()
        self._released: tuple[int, int] | None = None
        self._remapped = False

    def grab(self) -> dict[Action, Refusal]:
        """Grab every chord where the keyboard has it now, and let go of where it was.

        In this order: keys that stay are held throughout, as a press in between would be lost. Servers
        announce a new layout each time the person changes to another keyboard.
        """
        modifiers = _Modifiers(self._display)
        self._locks = modifiers.locks
        self._actions.clear()
        stale, self._grabs = self._grabs, set()
        refused = {}
        for action, chord in self._chords.items():
            mask = modifiers.mask(chord)
            # No key has keycode 0; grabbing it would take every key there is.
            keycode = self._display.keysym_to_keycode(XK.string_to_keysym(KEYS[chord.key].keysym))
            if not keycode or mask is None:
                refused[action] = Refusal.UNSUPPORTED
            elif self._grab_one(keycode, mask):
                self._actions[keycode, mask] = action
            else:
                refused[action] = Refusal.TAKEN
        self._ungrab(stale - self._grabs)
        return refused

    def run(self, wake: socket.socket) -> None:
        """Report presses until ``wake`` is readable or the X server is gone."""
        try:
            while True:
                while self._display.pending_events():
                    self._handle(self._display.next_event())
                if self._remapped:
                    self._grab_again()
                    continue  # its round trips may have read further events
                if wake in select.select([self._display, wake], [], [])[0]:
                    break
            self._display.close()
        except ConnectionClosedError as exc:
            _log.warning("the X server is gone, and the hotkeys with it: %s", exc)

    def _handle(self, event: Any) -> None:
        if event.type == X.KeyRelease:
            self._released = (event.detail, event.time)
        elif event.type == X.KeyPress:
            # A held key repeats as a release and a press at the same millisecond.
            if (event.detail, event.time) == self._released:
                return
            mask = event.state & _MODIFIER_BITS & ~self._locks
            if action := self._actions.get((event.detail, mask)):
                self._pressed(action)
        elif event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
            self._remapped = True

    def _grab_again(self) -> None:
        self._remapped = False
        for action, refusal in self.grab().items():
            _log.warning("hotkey of %s lost with the new keyboard layout: %s", action, refusal)

    def _grab_one(self, keycode: int, mask: int) -> bool:
        """Grab under every state of the lock keys, which are modifiers to X11."""
        taken = CatchError(BadAccess)
        variants = {(keycode, variant) for variant in _with_locks(mask, self._locks)}
        for variant in variants:
            self._root.grab_key(*variant, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken)
        self._display.sync()
        if taken.get_error() is None:
            self._grabs |= variants
            return True
        self._ungrab(variants)
        return False

    def _ungrab(self, grabs: set[tuple[int, int]]) -> None:
        for grab in grabs:
            self._root.ungrab_key(*grab)
        self._display.sync()


class _Modifiers:
    """Which bit each modifier has; all but Shift, Lock and Control differ between servers."""

    def __init__(self, display: Any) -> None:
        rows = display.get_modifier_mapping()

        def bit(keysym: int) -> int:
            keycodes = {keycode for keycode, _ in display.keysym_to_keycodes(keysym)}
            return next((1 << index for index, row in enumerate(rows) if keycodes & set(row)), 0)

        self._bits = {
            Modifier.CTRL: X.ControlMask,
            Modifier.SHIFT: X.ShiftMask,
            Modifier.ALT: bit(XK.XK_Alt_L),
        }
        self.locks: int = X.LockMask | bit(XK.XK_Num_Lock) | bit(XK.XK_Scroll_Lock)

    def mask(self, chord: Chord) -> int | None:
        """The bits of a chord; ``None`` when the keyboard lacks one of its modifiers."""
        bits = [self._bits[modifier] for modifier in chord.modifiers]
        return sum(bits) if all(bits) else None


def _with_locks(mask: int, locks: int) -> Iterator[int]:
    """The mask together with every combination of the lock bits."""
    bits = [1 << index for index in range(8) if locks >> index & 1]
    for count in range(len(bits) + 1):
        for chosen in combinations(bits, count):
            yield mask | sum(chosen)
