"""The settings window, used with the keyboard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action
from assistant.hotkeys.protocol import Refusal
from assistant.messages import LANGUAGES, Language, Messages
from assistant.settings import RULES, Choice, Settings, Whole
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.key_field import KeyField
from assistant.windows.settings import Choices, SettingsWindow

Key = Qt.Key
ALL = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
)
ALT = Qt.KeyboardModifier.AltModifier

CHOICES = Choices(models=("starter", "lon-hon"), cameras=(("usb-1", "Máy ảnh trước"),))
PAGES = ["Chung", "Mô tả", "Giọng đọc và âm báo", "Lịch sử", "Phím tắt"]
HOTKEYS = PAGES.index("Phím tắt")

NOT_HERE = {"first_run_done", "hotkeys"}
"""The first belongs to the guide; the second is six fields."""

_Control = TypeVar("_Control", bound=QWidget)


class Desk:
    """A window, and everything that came out of it."""

    def __init__(
        self,
        qtbot: QtBot,
        settings: Settings | None = None,
        choices: Choices = CHOICES,
        language: Language = "vi",
    ) -> None:
        self._qtbot = qtbot
        self.messages = Messages(language)
        self.window = SettingsWindow(settings or Settings(), self.messages, choices)
        self.saved: list[Settings] = []
        self.said: list[str] = []
        self.captures: list[bool] = []
        self.window.saved.connect(self.saved.append)
        self.window.told.connect(self.said.append)
        self.window.capturing.connect(self.captures.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        return self.window.findChild(kind, f"settings.{name}")

    def hotkey(self, action: Action) -> KeyField:
        return self.find(KeyField, f"hotkey-{action}")

    def press(self, action: Action, key: Qt.Key) -> None:
        """Give an action the three modifiers and a key."""
        self.turn_to(HOTKEYS)
        self.hotkey(action).setFocus()
        self._qtbot.keyClick(self.hotkey(action), key, ALL)

    def turn_to(self, page: int) -> None:
        self.find(QListWidget, "pages").setCurrentRow(page)

    def click(self, name: str) -> None:
        self.find(QPushButton, name).click()

    @property
    def status(self) -> str:
        return self.find(QPlainTextEdit, "status").toPlainText()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


class TestChoosing:
    def test_every_setting_is_here(self, desk: Desk) -> None:
        for setting in fields(Settings):
            if setting.name not in NOT_HERE:
                assert desk.find(QWidget, setting.name.replace("_", "-")), setting.name
        for action in Action:
            assert desk.hotkey(action)

    def test_limits_and_choices_are_those_of_the_rules(self, desk: Desk) -> None:
        for name, rule in RULES.items():
            key = name.replace("_", "-")
            match rule:
                case Whole(low, high):
                    number = desk.find(QSpinBox, key)
                    assert (number.minimum(), number.maximum()) == (low, high)
                case Choice():
                    chooser = desk.find(QComboBox, key)
                    assert tuple(chooser.itemData(row) for row in range(chooser.count())) == rule.words

    def test_it_shows_what_is_set(self, qtbot: QtBot) -> None:
        unusual = Settings(
            language="en", theme="dark", text_scale=150, speak=False, sound_volume=0, camera="usb-1",
            model="lon-hon", release_after_minutes=0, hotkeys={"repeat": "alt+ctrl+shift+r", "stop": ""},
        )  # fmt: skip
        desk = Desk(qtbot, unusual)
        assert desk.find(QComboBox, "theme").currentText() == "Tối"
        assert desk.find(QComboBox, "camera").currentText() == "Máy ảnh trước"
        assert desk.find(QComboBox, "model").currentText() == "lon-hon"
        assert desk.find(QSpinBox, "text-scale").text() == "150 %"
        assert desk.find(QSpinBox, "release-after-minutes").text() == "Không bao giờ"
        assert not desk.find(QCheckBox, "speak").isChecked()
        assert desk.hotkey(Action.REPEAT).text() == "Ctrl+Alt+Shift+R"
        assert desk.hotkey(Action.STOP).text() == ""
        assert desk.hotkey(Action.SCREEN).text() == DEFAULT_CHORDS[Action.SCREEN]

    def test_what_is_gone_from_the_computer_stays_chosen(self, qtbot: QtBot) -> None:
        settings = Settings(model="moi", camera="usb-9")
        desk = Desk(qtbot, settings)
        assert desk.find(QComboBox, "model").currentText() == "moi (chưa cài)"
        assert desk.find(QComboBox, "camera").currentText() == "Máy ảnh đã chọn trước đây (chưa cắm)"
        desk.click("save")
        assert desk.saved == [settings]

    @pytest.mark.parametrize(
        ("choices", "control", "word"),
        [
            (Choices(("starter",), has_tray=False), "minimise-to-tray", "khay"),
            (Choices(("starter",), has_sound=False), "sounds", "thiết bị phát âm thanh"),
        ],
    )
    def test_what_the_computer_lacks_is_said(
        self, qtbot: QtBot, choices: Choices, control: str, word: str
    ) -> None:
        desk = Desk(qtbot, choices=choices)
        note = desk.find(QCheckBox, control).accessibleDescription()
        assert word in note
        assert note in [label.text() for label in desk.window.findChildren(QLabel)]

    def test_a_whole_computer_needs_no_notes(self, desk: Desk) -> None:
        boxes = desk.window.findChildren(QCheckBox)
        assert boxes
        assert not any(box.accessibleDescription() for box in boxes)


class TestSaving:
    def test_nothing_changed(self, qtbot: QtBot) -> None:
        """A spelling of the hotkeys that is not the canonical one is no change either."""
        settings = Settings(first_run_done=True, hotkeys={"stop": "shift+ctrl+alt+h", "neu": "F9"})
        desk = Desk(qtbot, settings)
        desk.click("save")
        assert desk.saved == [settings]
        assert not desk.window.isVisible()

    def test_exactly_what_was_changed_with_the_keyboard(self, qtbot: QtBot, desk: Desk) -> None:
        pages = desk.find(QListWidget, "pages")
        qtbot.keyClick(desk.find(QComboBox, "theme"), Key.Key_Down)
        qtbot.keyClick(desk.find(QSpinBox, "text-scale"), Key.Key_Up)
        qtbot.keyClick(pages, Key.Key_Down)
        qtbot.keyClicks(desk.find(QComboBox, "model"), "lon")
        qtbot.keyClick(pages, Key.Key_Down)
        qtbot.keyClick(desk.find(QCheckBox, "sounds"), Key.Key_Space)
        qtbot.keyClick(pages, Key.Key_Down)
        qtbot.keyClick(desk.find(QSpinBox, "history-days"), Key.Key_PageDown)
        desk.press(Action.STOP, Key.Key_S)
        qtbot.keyClick(desk.find(QPushButton, "save"), Key.Key_Space)
        assert desk.saved == [
            Settings(
                theme="light", text_scale=110, model="lon-hon", sounds=False, history_days=20,
                hotkeys={"stop": "Ctrl+Alt+Shift+S"},
            )
        ]  # fmt: skip

    def test_every_control_changes_its_own_setting(self, qtbot: QtBot) -> None:
        for name in RULES.keys() - NOT_HERE:
            desk = Desk(qtbot)
            control = desk.find(QWidget, name.replace("_", "-"))
            match control:
                case QCheckBox():
                    control.click()
                    value: Any = not getattr(Settings(), name)
                case QSpinBox():
                    value = control.maximum()
                    control.setValue(value)
                case QComboBox():
                    control.setCurrentIndex(control.count() - 1)
                    value = control.currentData()
            desk.click("save")
            assert value != getattr(Settings(), name)
            assert desk.saved == [Settings().with_changes(**{name: value})]

    def test_enter_saves(self, qtbot: QtBot, desk: Desk) -> None:
        qtbot.keyClick(desk.find(QListWidget, "pages"), Key.Key_Return)
        assert desk.saved == [Settings()]

    def test_alt_and_a_letter_saves(self, qtbot: QtBot, desk: Desk) -> None:
        qtbot.keyClick(desk.find(QListWidget, "pages"), Key.Key_L, ALT)
        qtbot.waitUntil(lambda: desk.saved == [Settings()])

    @pytest.mark.parametrize("way", ["escape", "cancel"])
    def test_leaving_saves_nothing(self, qtbot: QtBot, desk: Desk, way: str) -> None:
        desk.find(QCheckBox, "minimise-to-tray").click()
        if way == "escape":
            qtbot.keyClick(desk.find(QListWidget, "pages"), Key.Key_Escape)
        else:
            desk.click("cancel")
        assert not desk.window.isVisible()
        assert desk.saved == []

    def test_theme_and_text_size_wait_for_it(self, qapp: QApplication, qtbot: QtBot, desk: Desk) -> None:
        def look() -> tuple[object, ...]:
            return qapp.font(), qapp.palette(), qapp.styleSheet()

        before = look()
        qtbot.keyClick(desk.find(QComboBox, "theme"), Key.Key_End)
        desk.find(QSpinBox, "text-scale").setValue(200)
        assert look() == before

    def test_the_window_lets_work_go_on(self, desk: Desk) -> None:
        assert not desk.window.isModal()


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
        desk.turn_to(0)
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
        desk.turn_to(HOTKEYS)
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
        desk.turn_to(HOTKEYS)
        desk.hotkey(Action.SCREEN).setFocus()
        assert desk.captures == [True]
        desk.find(QPushButton, "save").setFocus()
        assert desk.captures == [True, False]


def stops(desk: Desk, qtbot: QtBot) -> list[QWidget]:
    """What the Tab key reaches on the page that is shown, in order."""
    found: list[QWidget] = []
    desk.find(QListWidget, "pages").setFocus()
    while (control := QApplication.focusWidget()) not in found:
        found.append(control)
        qtbot.keyClick(control, Key.Key_Tab)
    return found


class TestAccessibility:
    @pytest.mark.parametrize("page", range(len(PAGES)))
    def test_the_tab_key_follows_the_reading_order(self, qtbot: QtBot, desk: Desk, page: int) -> None:
        desk.turn_to(page)
        order = stops(desk, qtbot)
        names = [control.objectName() for control in order]
        assert names[0] == "settings.pages"
        assert names[-3:] == ["settings.status", "settings.save", "settings.cancel"]
        inside = order[1:-3]
        (area,) = [area for area in desk.window.findChildren(QScrollArea) if area.isVisible()]
        scrolled = [area.widget().mapFromGlobal(control.mapToGlobal(QPoint())).y() for control in inside]
        assert scrolled == sorted(scrolled)
        assert set(inside) == {
            control
            for control in area.findChildren(QWidget)
            if control.objectName().startswith("settings.")
            and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        }

    def test_what_has_the_focus_is_in_sight(self, qtbot: QtBot, desk: Desk) -> None:
        """A mnemonic may lead to a control below the fold."""
        desk.window.resize(desk.window.minimumSizeHint())
        desk.turn_to(HOTKEYS)
        field = desk.hotkey(Action.STOP)
        assert field.visibleRegion().isEmpty()
        qtbot.keyClick(desk.find(QListWidget, "pages"), Key.Key_6, ALT)
        qtbot.waitUntil(field.hasFocus)
        assert field.visibleRegion().boundingRect().height() == field.height()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_identifiers_mnemonics_and_sizes(self, qtbot: QtBot, language: Language) -> None:
        desk = Desk(qtbot, language=language)
        controls = [
            control
            for control in desk.window.findChildren(QWidget)
            if control.objectName().startswith("settings.")
        ]
        assert len(controls) == len({control.accessibleIdentifier() for control in controls}) > 30
        for control in controls:
            name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
            assert name
            assert not name.endswith(":")
            assert "&" not in name
            assert max(control.minimumHeight(), control.minimumSizeHint().height()) >= LEAST_SIZE_PX
        shown = [*desk.window.findChildren(QLabel), *desk.window.findChildren(QAbstractButton)]
        texts = [widget.text() for widget in shown]
        letters = Counter(found[1].lower() for text in texts if (found := re.search("&(\\w)", text)))
        assert sum(letters.values()) >= 28
        assert [letter for letter, times in letters.items() if times > 1] == []

    def test_the_list_of_pages(self, qtbot: QtBot, desk: Desk) -> None:
        pages = desk.find(QListWidget, "pages")
        assert pages.hasFocus()
        assert [pages.item(row).text() for row in range(pages.count())] == PAGES
        assert desk.find(QComboBox, "theme").isVisible()
        qtbot.keyClick(pages, Key.Key_End)
        assert desk.hotkey(Action.SCREEN).isVisible()
        assert not desk.find(QComboBox, "theme").isVisible()

    def test_the_name_of_a_number_is_on_what_has_the_focus(self, desk: Desk) -> None:
        number = desk.find(QSpinBox, "text-scale")
        assert number.lineEdit().accessibleName() == number.accessibleName() == "Cỡ chữ"
