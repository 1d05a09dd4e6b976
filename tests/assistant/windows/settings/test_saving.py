"""The settings window, used with the keyboard."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action
from assistant.settings import RULES, Choice, Settings, Whole
from assistant.windows.settings import Choices
from tests.assistant.windows.settings.desk import (
    ALT,
    NOT_HERE,
    ON_THE_VOICE_PAGE,
    Desk,
    Key,
)


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
        boxes = set(desk.window.findChildren(QCheckBox)) - {desk.find(QCheckBox, "online-voice")}
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
        qtbot.keyClick(desk.find(QSpinBox, "voice-rate"), Key.Key_Up)
        qtbot.keyClick(pages, Key.Key_Down)
        qtbot.keyClick(desk.find(QSpinBox, "history-days"), Key.Key_PageDown)
        desk.press(Action.STOP, Key.Key_S)
        qtbot.keyClick(desk.find(QPushButton, "save"), Key.Key_Space)
        assert desk.saved == [
            Settings(
                theme="light", text_scale=110, model="lon-hon", sounds=False, history_days=20,
                hotkeys={"stop": "Ctrl+Alt+Shift+S"}, voices={"espeak-ng": {"rate": 10}},
            )
        ]  # fmt: skip

    def test_every_control_changes_its_own_setting(self, qtbot: QtBot) -> None:
        for name in RULES.keys() - NOT_HERE - ON_THE_VOICE_PAGE:
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
