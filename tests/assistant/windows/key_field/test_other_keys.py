"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import Action
from assistant.messages import LANGUAGES, Messages
from assistant.windows.key_field import KeyField
from tests.assistant.windows.key_field.form import (
    ALL,
    ALT,
    DOWN,
    NONE,
    OLD,
    SHIFT,
    Form,
    Key,
)


class TestOtherKeys:
    @pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Delete])
    def test_clearing(self, qtbot: QtBot, form: Form, key: Qt.Key) -> None:
        qtbot.keyClick(form.field, key)
        assert (form.chords, form.problems) == ([""], [])
        assert form.field.text() == form.field.chord == ""

    def test_tab_and_shift_tab_leave(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_Tab)
        assert form.after.hasFocus()
        form.field.setFocus()
        qtbot.keyClick(form.field, Key.Key_Backtab, SHIFT)
        assert form.before.hasFocus()
        assert (form.chords, form.problems) == ([], [])

    def test_escape_takes_back_what_was_there_when_the_field_was_entered(
        self, qtbot: QtBot, form: Form
    ) -> None:
        qtbot.keyClick(form.field, Key.Key_K, ALL)
        qtbot.keyClick(form.field, Key.Key_Delete)
        qtbot.keyClick(form.field, Key.Key_Escape)
        assert form.chords[-1] == form.field.text() == OLD

    def test_what_was_left_in_the_field_is_not_taken_back(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_K, ALL)
        form.after.setFocus()
        form.field.setFocus()
        qtbot.keyClick(form.field, Key.Key_Escape)
        assert form.field.text() == "Ctrl+Alt+Shift+K"

    def test_escape_goes_to_the_window_when_there_is_nothing_to_take_back(self, form: Form) -> None:
        event = QKeyEvent(DOWN, Key.Key_Escape, NONE)
        form.field.keyPressEvent(event)
        assert not event.isAccepted()

    def test_arrows_read_the_text(self, qtbot: QtBot, form: Form) -> None:
        form.field.setCursorPosition(0)
        qtbot.keyClick(form.field, Key.Key_Right)
        assert form.field.cursorPosition() == 1
        qtbot.keyClick(form.field, Key.Key_End, SHIFT)
        assert form.field.selectedText() == OLD[1:]
        assert (form.chords, form.problems) == ([], [])

    def test_mnemonics_of_the_window_wait(self, qtbot: QtBot, form: Form) -> None:
        """GIVEN a button on Alt+K, THEN Alt+K in the field is judged, and outside it presses the button."""
        qtbot.keyClick(form.field, Key.Key_K, ALT)
        assert (form.clicks, form.problems) == ([], [form.why_not("Alt+K")])
        qtbot.keyClick(form.after, Key.Key_K, ALT)
        qtbot.waitUntil(lambda: len(form.clicks) == 1)

    def test_keys_without_a_name_are_passed_over(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_unknown, ALL)
        assert (form.chords, form.problems) == ([], [])

    def test_text_that_is_set_otherwise_is_judged_alike(self, form: Form) -> None:
        """Assistive technology sets the text of a field; a middle click pastes into it."""
        form.field.setText("shift+alt+ctrl+b")
        assert form.chords == ["Ctrl+Alt+Shift+B"]
        form.field.insert("x")
        assert form.field.text() == "Ctrl+Alt+Shift+B"
        assert len(form.problems) == 1


class TestAccessibility:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_name_value_and_description(self, qtbot: QtBot, language: str) -> None:
        messages = Messages(language)
        field = KeyField(Action.STOP, messages, OLD)
        qtbot.addWidget(field)
        seen = QAccessible.queryAccessibleInterface(field)
        assert seen.text(QAccessible.Text.Name) == messages.text("hotkeys.action-stop")
        assert seen.text(QAccessible.Text.Value) == OLD
        assert seen.text(QAccessible.Text.Description) == messages.text("settings.hotkey-hint")
        assert field.accessibleIdentifier() == "settings.hotkey-stop"

    def test_the_window_learns_when_keys_are_captured(self, form: Form) -> None:
        form.after.setFocus()
        form.field.setFocus()
        assert form.captures[-2:] == [False, True]
