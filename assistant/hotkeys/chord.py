"""Chords such as ``Ctrl+Alt+Shift+M``: what they do by default, how they are read, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

from assistant.hotkeys.keys import FUNCTION_KEYS, KEYS


class Action(StrEnum):
    """What a hotkey does; the values are keys of the messages ``hotkeys.action-*``."""

    SCREEN = "describe-screen"
    WINDOW = "describe-window"
    REGION = "describe-region"
    CLIPBOARD = "describe-clipboard"
    READ = "read-window"
    REPEAT = "repeat"
    STOP = "stop"


# Why three modifiers. Input methods, Windows and X11 keyboard options switch languages with Ctrl+Shift or
# Alt+Shift, Ctrl+Alt is AltGr and starts programs from the Windows start menu, Windows and the desktops
# own what has the Windows key, and one modifier belongs to the program in use. GNOME and KDE bind all
# three only with R, arrows, Delete and Page Up or Down.
# Why these keys. Ctrl+Alt+Shift is AltGr+Shift to Windows, so they are keys on which the US, Vietnamese,
# US-International, Polish and German layouts have no character there. They stand for Vietnamese words:
# màn hình, khung cửa sổ, vùng, bảng nhớ tạm, phông chữ as "font", huỷ; the largest key repeats.
DEFAULT_CHORDS: Mapping[Action, str] = MappingProxyType(
    {
        Action.SCREEN: "Ctrl+Alt+Shift+M",
        Action.WINDOW: "Ctrl+Alt+Shift+K",
        Action.REGION: "Ctrl+Alt+Shift+V",
        Action.CLIPBOARD: "Ctrl+Alt+Shift+B",
        Action.READ: "Ctrl+Alt+Shift+F",
        Action.REPEAT: "Ctrl+Alt+Shift+Space",
        Action.STOP: "Ctrl+Alt+Shift+H",
    }
)


class Modifier(StrEnum):
    """A key held down; the values are what the person reads, in the order they are written."""

    CTRL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"


@dataclass(frozen=True, slots=True)
class Chord:
    """Keys pressed together, as ``parse_chord`` gives them.

    Attributes:
        modifiers: held keys, at least Ctrl or Alt.
        key: a name of ``assistant.hotkeys.keys.KEYS``.
    """

    modifiers: frozenset[Modifier]
    key: str

    def __str__(self) -> str:
        return "+".join([*(modifier for modifier in Modifier if modifier in self.modifiers), self.key])


class ChordFault(StrEnum):
    """Why a chord cannot be a hotkey; the values are keys of the messages ``hotkeys.*``."""

    UNKNOWN_KEY = "unknown-key"
    NO_MODIFIER = "no-modifier"
    """Neither Ctrl nor Alt: the hotkey would take a key of plain typing away."""
    ONLY_MODIFIERS = "only-modifiers"
    RESERVED = "reserved"


class Owner(StrEnum):
    """Who uses a reserved chord; the values are keys of the messages ``hotkeys.reserved-*``."""

    INPUT_METHOD = "input-method"
    """Vietnamese input methods: Ctrl+Shift switches them, Alt+Z switches UniKey."""
    NVDA = "nvda"
    ORCA = "orca"
    WINDOWS = "windows"
    """Windows, or the desktop on Linux: the Windows key, F12, switching windows."""
    ALTGR = "altgr"
    """On Windows the right Alt key of many layouts is Ctrl+Alt and types characters."""
    CONSOLE = "console"
    """Linux switches consoles with Ctrl+Alt and a function key."""
    PROGRAMS = "programs"
    """One modifier and an ordinary key, such as Ctrl+C, is a command of most programs."""


class ChordError(ValueError):
    """A text is not a chord that can be a hotkey.

    Attributes:
        chord: the text.
        fault: names the message ``hotkeys.<fault>``, which has the place ``chord``.
        owner: for RESERVED, names the message ``hotkeys.reserved-<owner>``, which goes into the place
            ``reason`` of ``hotkeys.reserved``; otherwise ``None``.
    """

    def __init__(self, chord: str, fault: ChordFault, owner: Owner | None = None) -> None:
        super().__init__(f"{chord!r} cannot be a hotkey: {owner or fault}")
        self.chord = chord
        self.fault = fault
        self.owner = owner


def parse_chord(text: str) -> Chord:
    """Read a chord; upper and lower case, spaces and the order of the keys do not matter.

    Args:
        text: key names joined by ``+``; the short names of ``QKeySequence`` are understood too.

    Raises:
        ChordError: the text is no chord, or a chord that others need.
    """
    names = [_canonical(part.strip()) for part in text.split("+")]
    modifiers = frozenset(modifier for modifier in Modifier if modifier in names)
    keys = [name for name in names if name not in modifiers]
    if not keys:
        raise ChordError(text, ChordFault.ONLY_MODIFIERS)
    for name in keys:
        if owner := _KEY_OWNERS.get(name):
            raise ChordError(text, ChordFault.RESERVED, owner)
    if len(keys) > 1 or keys[0] not in KEYS:
        raise ChordError(text, ChordFault.UNKNOWN_KEY)
    if not modifiers & {Modifier.CTRL, Modifier.ALT}:
        raise ChordError(text, ChordFault.NO_MODIFIER)
    chord = Chord(modifiers, keys[0])
    if owner := _chord_owner(chord):
        raise ChordError(text, ChordFault.RESERVED, owner)
    return chord


def conflicts(chords: Mapping[Action, Chord]) -> list[tuple[Action, Action]]:
    """The pairs of actions that have the same chord."""
    return [(one, other) for one, other in combinations(chords, 2) if chords[one] == chords[other]]


_SUPER = "Super"

# These keys are never free, whatever is held with them. NVDA and Orca take both Insert keys and Caps Lock
# before other programs see them; F12 belongs to the Windows debugger, see RegisterHotKey.
_KEY_OWNERS = {
    _SUPER: Owner.WINDOWS,
    "Insert": Owner.NVDA,
    "CapsLock": Owner.NVDA,
    "KP_Insert": Owner.ORCA,
    "F12": Owner.WINDOWS,
}

_CTRL_ALT = frozenset({Modifier.CTRL, Modifier.ALT})
_CTRL_SHIFT = frozenset({Modifier.CTRL, Modifier.SHIFT})
_ALT_SHIFT = frozenset({Modifier.ALT, Modifier.SHIFT})
_ALT = frozenset({Modifier.ALT})
_CTRL = frozenset({Modifier.CTRL})

_CHORD_OWNERS = {
    Chord(_CTRL_ALT, "Delete"): Owner.WINDOWS,
    Chord(_CTRL_ALT, "Tab"): Owner.WINDOWS,
    Chord(_ALT, "Tab"): Owner.WINDOWS,
    Chord(_ALT_SHIFT, "Tab"): Owner.WINDOWS,
    Chord(_ALT, "Escape"): Owner.WINDOWS,
    Chord(_ALT_SHIFT, "Escape"): Owner.WINDOWS,
    Chord(_CTRL, "Escape"): Owner.WINDOWS,
    Chord(_ALT, "Space"): Owner.WINDOWS,
    Chord(_ALT, "F4"): Owner.WINDOWS,
    Chord(_ALT, "Z"): Owner.INPUT_METHOD,
}


def _chord_owner(chord: Chord) -> Owner | None:
    if owner := _CHORD_OWNERS.get(chord):
        return owner
    if chord.modifiers == _CTRL_SHIFT:
        return Owner.INPUT_METHOD
    if chord.modifiers == _CTRL_ALT:
        if chord.key in FUNCTION_KEYS:
            return Owner.CONSOLE
        return Owner.ALTGR if len(chord.key) == 1 else None
    return Owner.PROGRAMS if len(chord.modifiers) == 1 and chord.key not in FUNCTION_KEYS else None


_ALIASES = {
    "control": Modifier.CTRL,
    "win": _SUPER,
    "windows": _SUPER,
    "meta": _SUPER,
    "cmd": _SUPER,
    "return": "Enter",
    "esc": "Escape",
    "del": "Delete",
    "ins": "Insert",
    "pgup": "PageUp",
    "pgdown": "PageDown",
}
_NAMES: dict[str, str] = {name.casefold(): name for name in (*KEYS, *Modifier, *_KEY_OWNERS)} | _ALIASES


def _canonical(name: str) -> str:
    return _NAMES.get(name.casefold(), name)
