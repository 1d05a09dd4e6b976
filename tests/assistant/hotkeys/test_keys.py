"""The table of keys against what the platforms call them."""

from __future__ import annotations

import pytest

from assistant.hotkeys.keys import KEYS


def test_the_keysyms_exist() -> None:
    xk = pytest.importorskip("Xlib.XK", reason="needs python-xlib, of the extra app")
    assert [key.keysym for key in KEYS.values() if not xk.string_to_keysym(key.keysym)] == []


def test_no_two_keys_are_one() -> None:
    assert len({key.keysym for key in KEYS.values()}) == len(KEYS)
    assert len({key.virtual_key for key in KEYS.values()}) == len(KEYS)


@pytest.mark.parametrize(
    ("name", "virtual_key"),
    [("A", 0x41), ("Z", 0x5A), ("0", 0x30), ("F1", 0x70), ("F24", 0x87), ("Space", 0x20), ("PageUp", 0x21)],
)
def test_virtual_key_codes(name: str, virtual_key: int) -> None:
    """The codes of the Win32 documentation, Virtual-Key Codes."""
    assert KEYS[name].virtual_key == virtual_key
