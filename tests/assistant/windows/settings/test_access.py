"""The settings window, used with the keyboard."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import Action
from assistant.messages import LANGUAGES, Language
from assistant.windows.controls import LEAST_SIZE_PX
from tests.assistant.windows.settings.desk import (
    ALT,
    PAGES,
    Desk,
    Key,
)


def stops(desk: Desk, qtbot: QtBot) -> list[QWidget]:
    """What the Tab key reaches on the page that is shown, in order."""
    found: list[QWidget] = []
    desk.find(QListWidget, "pages").setFocus()
    while (control := QApplication.focusWidget()) not in found:
        found.append(control)
        qtbot.keyClick(control, Key.Key_Tab)
    return found


class TestAccessibility:
    @pytest.mark.parametrize("page", PAGES)
    def test_the_tab_key_follows_the_reading_order(self, qtbot: QtBot, desk: Desk, page: str) -> None:
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
        desk.turn_to("Phím tắt")
        field = desk.hotkey(Action.STOP)
        assert field.visibleRegion().isEmpty()
        qtbot.keyClick(desk.find(QListWidget, "pages"), Key.Key_7, ALT)
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

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("row", range(len(PAGES)))
    def test_every_letter_leads_to_one_control(self, qtbot: QtBot, language: Language, row: int) -> None:
        """Qt heeds the mnemonics of the page that is shown only."""
        desk = Desk(qtbot, language=language)
        desk.find(QListWidget, "pages").setCurrentRow(row)
        widgets = [*desk.window.findChildren(QLabel), *desk.window.findChildren(QAbstractButton)]
        texts = [widget.text() for widget in widgets if widget.isVisible()]
        letters = Counter(found[1].lower() for text in texts if (found := re.search("&(\\w)", text)))
        assert sum(letters.values()) >= 6
        assert [letter for letter, times in letters.items() if times > 1] == []

    def test_a_letter_of_a_page_that_is_not_shown_is_free(self, qtbot: QtBot, desk: Desk) -> None:
        pages = desk.find(QListWidget, "pages")
        qtbot.keyClick(pages, Key.Key_N, ALT)
        qtbot.waitUntil(desk.find(QComboBox, "language").hasFocus)
        desk.turn_to("Giọng đọc")
        pages.setFocus()
        qtbot.keyClick(pages, Key.Key_N, ALT)
        qtbot.waitUntil(lambda: len(desk.trials.tried) == 1)

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
