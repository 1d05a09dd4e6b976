"""The settings window, used with the keyboard."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action
from assistant.hotkeys.protocol import Refusal
from assistant.settings import Settings
from assistant.windows.settings import Choices
from tests.assistant.windows.settings.desk import (
    PAGES,
    Desk,
    Key,
)


class TestHotkeys:
    def saved_hotkeys(self, desk: Desk) -> Mapping[str, str]:
        desk.click("save")
        (saved,) = desk.saved
        return saved.hotkeys

    def test_a_choice_is_said_and_shown(self, desk: Desk) -> None:
        desk.press(Action.SCREEN, Key.Key_D)
        assert desk.said == ["Mô tả màn hình: Ctrl+Alt+Shift+D."]
        assert desk.status == desk.said[-1]

    def test_switching_one_off(self, qtbot: QtBot, desk: Desk) -> None:
        qtbot.keyClick(desk.hotkey(Action.REGION), Key.Key_Backspace)
        assert desk.said == ["Mô tả một vùng màn hình: đã tắt phím tắt."]
        assert self.saved_hotkeys(desk) == {"describe-region": ""}

    def test_a_wrong_one_is_explained(self, qtbot: QtBot, desk: Desk) -> None:
        qtbot.keyClick(desk.hotkey(Action.SCREEN), Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert desk.said == [desk.status]
        assert desk.status.startswith("Không dùng được “Ctrl+C”: hầu hết chương trình")
        assert self.saved_hotkeys(desk) == {}

    def test_a_conflict_is_told_at_once_and_not_saved(self, desk: Desk) -> None:
        """GIVEN two actions with the same keys, THEN it is told, saving is refused, and solving it helps."""
        desk.press(Action.STOP, Key.Key_K)
        conflict = desk.messages.text(
            "hotkeys.conflict", chord="Ctrl+Alt+Shift+K", first="Mô tả cửa sổ đang dùng", second="Dừng đọc"
        )
        assert desk.said == [conflict]
        desk.turn_to(PAGES[0])
        desk.click("save")
        assert desk.saved == []
        assert desk.window.isVisible()
        assert desk.hotkey(Action.STOP).hasFocus()
        assert desk.status == desk.said[-1] == f"Chưa lưu. {conflict}"
        desk.press(Action.WINDOW, Key.Key_H)
        assert desk.said[-1] == "Mô tả cửa sổ đang dùng: Ctrl+Alt+Shift+H."
        assert self.saved_hotkeys(desk) == {"describe-window": DEFAULT_CHORDS[Action.STOP],
                                            "stop": DEFAULT_CHORDS[Action.WINDOW]}  # fmt: skip

    def test_two_that_are_off_do_not_conflict(self, qtbot: QtBot, desk: Desk) -> None:
        for action in (Action.SCREEN, Action.STOP):
            qtbot.keyClick(desk.hotkey(action), Key.Key_Delete)
        assert self.saved_hotkeys(desk) == {"describe-screen": "", "stop": ""}

    def test_back_to_the_defaults(self, qtbot: QtBot) -> None:
        desk = Desk(qtbot, Settings(hotkeys={"stop": "Ctrl+F9", "repeat": ""}))
        desk.click("hotkey-defaults")
        assert desk.said == [desk.messages.text("settings.hotkey-defaults-taken")]
        assert [desk.hotkey(action).text() for action in Action] == list(DEFAULT_CHORDS.values())
        assert self.saved_hotkeys(desk) == {}

    def test_what_the_system_refused_is_written_below_until_it_is_changed(self, qtbot: QtBot) -> None:
        refused = {Action.REGION: Refusal.TAKEN}
        desk = Desk(qtbot, choices=Choices(("starter",), refused=refused))
        desk.turn_to("Phím tắt")
        note = desk.messages.text(
            "hotkeys.refused-taken",
            chord=DEFAULT_CHORDS[Action.REGION],
            action="Mô tả một vùng màn hình",
        )
        (label,) = [label for label in desk.window.findChildren(QLabel) if label.text() == note]
        assert label.isVisible()
        assert desk.hotkey(Action.REGION).accessibleDescription().startswith(note)
        assert note not in desk.hotkey(Action.STOP).accessibleDescription()
        desk.press(Action.REGION, Key.Key_D)
        assert not label.isVisible()
        assert note not in desk.hotkey(Action.REGION).accessibleDescription()

    def test_a_chord_in_the_file_that_cannot_be_one_is_off_and_explained(self, qtbot: QtBot) -> None:
        desk = Desk(qtbot, Settings(hotkeys={"repeat": "Ctrl+C"}))
        assert desk.hotkey(Action.REPEAT).text() == ""
        assert "“Ctrl+C”" in desk.hotkey(Action.REPEAT).accessibleDescription()

    def test_escape_in_a_field_takes_back_and_then_closes(self, qtbot: QtBot, desk: Desk) -> None:
        desk.press(Action.SCREEN, Key.Key_D)
        qtbot.keyClick(desk.hotkey(Action.SCREEN), Key.Key_Escape)
        assert desk.said[-1] == f"Mô tả màn hình: {DEFAULT_CHORDS[Action.SCREEN]}."
        assert desk.window.isVisible()
        qtbot.keyClick(desk.hotkey(Action.SCREEN), Key.Key_Escape)
        assert not desk.window.isVisible()

    def test_the_program_learns_when_to_let_go_of_its_hotkeys(self, desk: Desk) -> None:
        desk.turn_to("Phím tắt")
        desk.hotkey(Action.SCREEN).setFocus()
        assert desk.captures == [True]
        desk.find(QPushButton, "save").setFocus()
        assert desk.captures == [True, False]
