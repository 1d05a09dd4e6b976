"""The program's hotkeys: the person's chords, taken from the system, handed to the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, Chord, ChordError, parse_chord
from assistant.hotkeys.protocol import HotkeyBackend, Refusal

BURST_MS = 250
"""Presses that follow one another more quickly are one burst: its first and its last press count."""

IMMEDIATE = frozenset({Action.STOP, Action.REPEAT})
"""Actions that cost nothing and must not wait."""

_log = logging.getLogger(__name__)


class Hotkeys(QObject):
    """Takes and gives back hotkeys.

    Signals:
        pressed(Action): in the window's thread. A key that is hammered is told twice, at the first press and
            once it is quiet again.

    Args:
        backend: of this platform; ``None`` where there are no global hotkeys.
    """

    pressed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, backend: HotkeyBackend | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = backend
        self.refusals: Mapping[Action, Refusal] = {}
        self._arrived.connect(self._on_arrived)
        self._held: Action | None = None
        self._burst = QTimer(self, singleShot=True, interval=BURST_MS)
        self._burst.timeout.connect(self._on_quiet)

    @property
    def available(self) -> bool:
        """Whether this platform has global hotkeys."""
        return self._backend is not None

    def take(self, wanted: Mapping[str, str]) -> Mapping[Action, Refusal]:
        """Take the person's chords, and the defaults where they chose nothing.

        Args:
            wanted: action -> chord; an empty chord switches one off.

        Returns:
            The actions whose chord the system refused.
        """
        if self._backend:
            self.refusals = self._backend.start(chords_of(wanted), self._arrived.emit)
        return self.refusals

    def release(self) -> None:
        """Give all hotkeys back."""
        if self._backend:
            self._backend.stop()

    def _on_arrived(self, action: Action) -> None:
        if action in IMMEDIATE:
            self._held = None
            self.pressed.emit(action)
            return
        in_burst = self._burst.isActive()
        self._burst.start()
        if in_burst:
            self._held = action
        else:
            self.pressed.emit(action)

    def _on_quiet(self) -> None:
        action, self._held = self._held, None
        if action:
            self.pressed.emit(action)


def chords_of(wanted: Mapping[str, str]) -> dict[Action, Chord]:
    """The chords of the actions that have one; a chord that cannot be read gives way to the default."""
    chords: dict[Action, Chord] = {}
    for action in Action:
        text = wanted.get(action, DEFAULT_CHORDS[action])
        if not text:
            continue
        try:
            chord = parse_chord(text)
        except ChordError as exc:
            _log.warning("hotkey for %s: %s; using the default", action, exc)
            chord = parse_chord(DEFAULT_CHORDS[action])
        if chord not in chords.values():
            chords[action] = chord
    return chords
