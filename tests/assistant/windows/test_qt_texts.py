"""Qt's own dialogs and menus in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.messages import LANGUAGES, Language, Messages
from assistant.windows.controls import reading_box
from assistant.windows.file_dialogs import ask_folder, ask_table_file
from assistant.windows.qt_texts import install_qt_texts, key_of

MESSAGES = Messages("vi")


@pytest.fixture
def vietnamese(qapp: QApplication) -> Iterator[None]:
    texts = install_qt_texts(qapp, MESSAGES)
    yield
    qapp.removeTranslator(texts)
    texts.deleteLater()


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    return owner


def saving(owner: QWidget, name: str = "tên", chosen: Callable[[str], object] = str) -> QFileDialog:
    return ask_table_file(owner, MESSAGES, name=name, chosen=chosen)


def choosing(owner: QWidget) -> QFileDialog:
    return ask_folder(owner, MESSAGES, start=Path("/"), chosen=str)


def words_of(dialog: QFileDialog) -> set[str]:
    """Everything Qt says or shows in a file dialog, without names of files and folders."""
    words: set[str] = set()
    for widget in dialog.findChildren(QWidget):
        words |= {widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()}
        if isinstance(widget, (QAbstractButton, QLabel)):
            words.add(widget.text())
    kinds = dialog.findChild(QComboBox, "fileTypeCombo")
    assert isinstance(kinds, QComboBox)
    words |= {kinds.itemText(row) for row in range(kinds.count())}
    words |= {action.text() for action in dialog.findChildren(QAction)}
    return {word for word in words if word.strip() and not word.startswith("/")}


@pytest.mark.parametrize("ask", [saving, choosing])
def test_no_english_is_left_in_the_file_dialogs(
    ask: Callable[[QWidget], QFileDialog], owner: QWidget, qapp: QApplication
) -> None:
    """GIVEN the same dialog without and with the translation THEN they have no word in common."""
    english = words_of(ask(owner))
    texts = install_qt_texts(qapp, MESSAGES)
    try:
        vietnamese = words_of(ask(owner))
    finally:
        qapp.removeTranslator(texts)
    own = {MESSAGES.text(f"file-dialog.{name}") for name in ("csv", "json")}
    shared = {word for word in english & vietnamese if word.partition(" (")[0] not in own}
    assert len(english) > 15
    assert shared == set()


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.parametrize("ask", [saving, choosing])
def test_letters_are_used_once_in_a_file_dialog(
    ask: Callable[[QWidget], QFileDialog], owner: QWidget
) -> None:
    dialog = ask(owner)
    texts = [
        widget.text() for widget in dialog.findChildren(QWidget)
        if isinstance(widget, (QAbstractButton, QLabel)) and widget.isVisibleTo(dialog)
    ]  # fmt: skip
    letters = [letter for text in texts if (letter := QKeySequence.mnemonic(text).toString())]
    assert letters
    assert len(letters) == len(set(letters))


def test_files_are_listed_and_not_drawn_as_a_tree(owner: QWidget) -> None:
    dialog = saving(owner)
    rows = dialog.findChild(QListView, "listView")
    assert isinstance(rows, QListView)
    assert rows.isVisibleTo(dialog)
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No])
def test_a_file_is_replaced_after_a_question_only(
    owner: QWidget, tmp_path: Path, answer: QMessageBox.StandardButton
) -> None:
    (tmp_path / "cũ.csv").touch()
    chosen: list[str] = []
    asked: list[list[str]] = []
    dialog = saving(owner, str(tmp_path / "cũ"), chosen.append)

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append([box.text(), *(button.text() for button in box.buttons())])
        box.button(answer).click()

    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(edit, QLineEdit)
    QTimer.singleShot(50, press)
    dialog.accept()
    assert asked == [["Đã có tệp cũ.csv.\nCó ghi đè lên tệp đó không?", "&Có", "&Không"]]
    agreed = answer is QMessageBox.StandardButton.Yes
    assert chosen == ([str(tmp_path / "cũ.csv")] if agreed else [])


def test_the_kind_that_is_picked_gives_the_suffix(owner: QWidget) -> None:
    dialog = saving(owner)
    kinds = dialog.findChild(QComboBox, "fileTypeCombo")
    assert isinstance(kinds, QComboBox)
    assert dialog.defaultSuffix() == "csv"
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    assert dialog.defaultSuffix() == "json"


@pytest.mark.usefixtures("vietnamese")
def test_the_menu_of_a_reading_box(qtbot: QtBot) -> None:
    box: QPlainTextEdit = reading_box("box", "Câu mô tả")
    qtbot.addWidget(box)
    menu = box.createStandardContextMenu()
    texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert texts == ["&Sao chép", "Chọn &tất cả"]


@pytest.mark.usefixtures("vietnamese")
def test_names_of_keys_stay_as_qt_reads_them() -> None:
    assert QCoreApplication.translate("QShortcut", "Delete") == "Delete"
    assert QCoreApplication.translate("QLineEdit", "Delete") == "&Xoá"
    assert QCoreApplication.translate("QLineEdit", "not a text of Qt") == "not a text of Qt"


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_made_of_the_english_text(language: Language) -> None:
    assert key_of("Files of &type:") == "qt.files-of-type"
    question = key_of("%1 already exists.\nDo you want to replace it?")
    assert "%1" in Messages(language).text(question)
