"""The keys that a hotkey can end with, and what each platform calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase, digits
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        keysym: its name in X11 and xkbcommon, which the Wayland portal uses too.
        virtual_key: its Windows virtual-key code.
    """

    keysym: str
    virtual_key: int


_VK_F1 = 0x70

# Left out: punctuation, because it moves with the keyboard layout; the numeric keypad, which screen readers
# read with; Pause and Print Screen, which change their code or belong to the desktop.
_NAMED = {
    "Space": Key("space", 0x20),
    "Enter": Key("Return", 0x0D),
    "Tab": Key("Tab", 0x09),
    "Escape": Key("Escape", 0x1B),
    "Backspace": Key("BackSpace", 0x08),
    "Delete": Key("Delete", 0x2E),
    "Home": Key("Home", 0x24),
    "End": Key("End", 0x23),
    "PageUp": Key("Page_Up", 0x21),
    "PageDown": Key("Page_Down", 0x22),
    "Left": Key("Left", 0x25),
    "Up": Key("Up", 0x26),
    "Right": Key("Right", 0x27),
    "Down": Key("Down", 0x28),
}

FUNCTION_KEYS = frozenset(f"F{number}" for number in range(1, 25))

KEYS: Mapping[str, Key] = MappingProxyType(
    {character: Key(character.lower(), ord(character)) for character in ascii_uppercase + digits}
    | {name: Key(name, _VK_F1 + int(name[1:]) - 1) for name in FUNCTION_KEYS}
    | _NAMED
)
"""Normalised name -> key."""
