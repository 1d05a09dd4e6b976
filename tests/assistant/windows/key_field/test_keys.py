"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import DEFAULT_CHORDS
from assistant.windows.key_field import chord_text
from tests.assistant.windows.key_field.form import (
    ALL,
    ALT,
    CTRL,
    DOWN,
    FLAGS,
    KEYPAD,
    META,
    NONE,
    OLD,
    SHIFT,
    UP,
    Form,
    Key,
)


@pytest.mark.parametrize(
    ("key", "modifiers", "chord"),
    [
        (Key.Key_K, ALL, "Ctrl+Alt+Shift+K"),
        (Key.Key_K, ALT | SHIFT, "Alt+Shift+K"),
        (Key.Key_5, ALL, "Ctrl+Alt+Shift+5"),
        (Key.Key_F9, CTRL, "Ctrl+F9"),
        (Key.Key_Space, ALL, "Ctrl+Alt+Shift+Space"),
        (Key.Key_Return, ALL, "Ctrl+Alt+Shift+Enter"),
        (Key.Key_PageUp, CTRL | ALT, "Ctrl+Alt+PageUp"),
        (Key.Key_Left, ALL, "Ctrl+Alt+Shift+Left"),
        (Key.Key_Backspace, ALL, "Ctrl+Alt+Shift+Backspace"),
        (Key.Key_Escape, ALL, "Ctrl+Alt+Shift+Escape"),
        (Key.Key_Backtab, ALL, "Ctrl+Alt+Shift+Tab"),
        (Key.Key_M, ALL, OLD),
    ],
)
def test_keys_become_the_hotkey(
    qtbot: QtBot, form: Form, key: Qt.Key, modifiers: Qt.KeyboardModifier, chord: str
) -> None:
    qtbot.keyClick(form.field, key, modifiers)
    assert (form.chords, form.problems) == ([chord], [])
    assert form.field.text() == form.field.chord == chord


@pytest.mark.parametrize(
    ("key", "modifiers", "judged"),
    [
        (Key.Key_A, NONE, "A"),
        (Key.Key_A, SHIFT, "Shift+A"),
        (Key.Key_F5, NONE, "F5"),
        (Key.Key_Return, NONE, "Return"),
        (Key.Key_C, CTRL, "Ctrl+C"),
        (Key.Key_V, CTRL, "Ctrl+V"),
        (Key.Key_Z, ALT, "Alt+Z"),
        (Key.Key_D, CTRL | SHIFT, "Ctrl+Shift+D"),
        (Key.Key_D, CTRL | ALT, "Ctrl+Alt+D"),
        (Key.Key_F2, CTRL | ALT, "Ctrl+Alt+F2"),
        (Key.Key_F4, ALT, "Alt+F4"),
        (Key.Key_F12, ALL, "Ctrl+Alt+Shift+F12"),
        (Key.Key_M, META, "Win+M"),
        (Key.Key_M, META | SHIFT, "Win+Shift+M"),
        (Key.Key_Insert, ALL, "Ctrl+Alt+Shift+Ins"),
        (Key.Key_CapsLock, CTRL, "Ctrl+CapsLock"),
        (Key.Key_Insert, ALL | KEYPAD, "Ctrl+Alt+Shift+KP_Insert"),
        (Key.Key_5, ALL | KEYPAD, "Ctrl+Alt+Shift+KP_5"),
        (Key.Key_Comma, ALL, "Ctrl+Alt+Shift+,"),
        (Key.Key_Plus, ALL, "Ctrl+Alt+Shift++"),
        (Key.Key_Print, ALL, "Ctrl+Alt+Shift+Print"),
    ],
)
def test_refused_keys_are_explained_and_the_old_ones_stay(
    qtbot: QtBot, form: Form, key: Qt.Key, modifiers: Qt.KeyboardModifier, judged: str
) -> None:
    qtbot.keyClick(form.field, key, modifiers)
    assert (form.chords, form.problems) == ([], [form.why_not(judged)])
    assert form.field.text() == form.field.chord == OLD


def test_the_explanation_names_the_keys_and_their_owner(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClick(form.field, Key.Key_D, CTRL | SHIFT)
    (problem,) = form.problems
    assert problem.startswith("Không dùng được “Ctrl+Shift+D”: bộ gõ tiếng Việt")


def send(form: Form, kind: QEvent.Type, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """One event and no more; qtbot would press and release the modifiers around it."""
    QApplication.sendEvent(form.field, QKeyEvent(kind, key, modifiers))


def hold(form: Form, *keys: Qt.Key) -> None:
    """Hold keys one after another, each event with the modifiers that are down, then let go."""
    down = NONE
    for key in keys:
        down |= FLAGS.get(key, NONE)
        send(form, DOWN, key, down)
    for key in reversed(keys):
        down &= ~FLAGS.get(key, NONE)
        send(form, UP, key, down)


class TestKeysOneByOne:
    @pytest.mark.parametrize(
        "modifiers",
        [
            (Key.Key_Control, Key.Key_Alt, Key.Key_Shift),
            (Key.Key_Shift, Key.Key_Alt, Key.Key_Control),
        ],
    )
    def test_modifiers_come_first(self, form: Form, modifiers: tuple[Qt.Key, ...]) -> None:
        hold(form, *modifiers, Key.Key_H)
        assert (form.chords, form.problems) == (["Ctrl+Alt+Shift+H"], [])

    def test_several_modifiers_alone_are_explained_once(self, form: Form) -> None:
        hold(form, Key.Key_Shift, Key.Key_Control)
        assert (form.chords, form.problems) == ([], [form.why_not("Ctrl+Shift")])
        assert form.field.text() == OLD

    @pytest.mark.parametrize(
        "key", [Key.Key_Control, Key.Key_Shift, Key.Key_Alt, Key.Key_Meta, Key.Key_AltGr, Key.Key_NumLock]
    )
    def test_one_alone_means_nothing(self, form: Form, key: Qt.Key) -> None:
        """A press of Ctrl silences a screen reader; it must not start to explain."""
        hold(form, key)
        assert (form.chords, form.problems) == ([], [])

    def test_sticky_keys(self, form: Form) -> None:
        """GIVEN modifiers that latch, WHEN each is let go before the next, THEN nothing is explained."""
        send(form, DOWN, Key.Key_Control, CTRL)
        send(form, UP, Key.Key_Control, CTRL)
        send(form, DOWN, Key.Key_Alt, CTRL | ALT)
        send(form, UP, Key.Key_Alt, CTRL | ALT)
        send(form, DOWN, Key.Key_PageUp, CTRL | ALT)
        assert (form.chords, form.problems) == (["Ctrl+Alt+PageUp"], [])

    def test_modifiers_do_not_outlive_the_focus(self, form: Form) -> None:
        send(form, DOWN, Key.Key_Control, CTRL)
        form.after.setFocus()
        form.field.setFocus()
        hold(form, Key.Key_Alt)
        assert form.problems == []

    def test_a_held_key_counts_once(self, form: Form) -> None:
        for repeated in (False, True, True):
            QApplication.sendEvent(form.field, QKeyEvent(DOWN, Key.Key_H, ALL, "h", repeated))
        assert form.chords == ["Ctrl+Alt+Shift+H"]


@pytest.mark.parametrize(
    ("platform", "key", "scan_code", "virtual_key", "chord"),
    [
        # Shift makes other symbols of the digits, and each layout its own.
        ("xcb", Key.Key_Exclam, 10, 0x21, "1"),
        ("xcb", Key.Key_ParenRight, 19, 0x29, "0"),
        ("wayland", Key.Key_Percent, 14, 0x25, "5"),
        ("windows", Key.Key_Exclam, 0x02, 0x31, "1"),
        ("xcb", Key.Key_Dead_Circumflex, 15, 0xFE52, "6"),
        ("xcb", Key(0x102), 10, 0x1C3, "1"),  # ă, on the Vietnamese layout
        # A layout with digits elsewhere: the digit counts, not the place.
        ("xcb", Key.Key_7, 11, 0x37, "7"),
        # Russian letters have the virtual keys of the Latin ones in their place.
        ("windows", Key(0x0424), 0x1E, 0x41, "A"),
        # 0x21 is the virtual key of Page Up, and elsewhere the symbol of the exclamation mark.
        ("windows", Key.Key_PageUp, 0x49, 0x21, "PgUp"),
        ("xcb", Key.Key_Less, 59, 0x3C, "<"),
        ("offscreen", Key.Key_Exclam, 10, 0x21, "!"),
    ],
)
def test_the_key_counts_and_not_its_symbol(
    platform: str, key: Qt.Key, scan_code: int, virtual_key: int, chord: str
) -> None:
    event = QKeyEvent(DOWN, key, ALL, scan_code, virtual_key, 0)
    assert chord_text(event, platform) == f"Ctrl+Alt+Shift+{chord}"


@pytest.mark.parametrize("chord", DEFAULT_CHORDS.values())
def test_every_default_can_be_typed(qtbot: QtBot, form: Form, chord: str) -> None:
    name = chord.rpartition("+")[2]
    qtbot.keyClick(form.field, Key[f"Key_{name}"], ALL)
    assert form.field.chord == chord
