"""The main window: everything by keyboard, results readable, closing is a wish."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QCloseEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.capture.picture import Origin, Picture
from assistant.description import Description
from assistant.messages import Messages
from assistant.windows.main_window import GROUPS, Command, MainWindow
from engine import Caption, Verdict
from tests.fakes import wait_until

MESSAGES = Messages("vi")
PICTURE = Picture(np.zeros((4, 4, 3), np.uint8), Origin.WINDOW, "Thư viện ảnh")
CAPTION = Caption(text="một con mèo", confidence=0.3, verdict=Verdict.PHOTO, model="m")
DESCRIPTION = Description(PICTURE, CAPTION, "Có lẽ một con mèo")


@pytest.fixture
def window(qtbot) -> MainWindow:  # type: ignore[no-untyped-def]
    made = MainWindow(MESSAGES)
    qtbot.addWidget(made)
    made.show()
    QApplication.processEvents()
    return made


def commands_of(window: MainWindow) -> list[Command]:
    seen: list[Command] = []
    window.commanded.connect(seen.append)
    return seen


def test_every_command_has_a_button() -> None:
    grouped = [command for commands in GROUPS.values() for command in commands]
    assert sorted(grouped) == sorted(Command)


def test_every_button_works_by_its_letter(window: MainWindow) -> None:
    window.show_description(DESCRIPTION)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    seen = commands_of(window)
    for command, made in window.buttons.items():
        sequence = made.shortcut().toString()
        assert sequence.startswith("Alt+"), command
        key = Qt.Key[f"Key_{sequence.removeprefix('Alt+')}"]
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        wait_until(lambda wanted=command: seen[-1:] == [wanted])  # type: ignore[misc]
    assert len(seen) == len(Command)


@pytest.mark.parametrize(
    ("key", "modifier", "command"),
    [
        (Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier, Command.FILE),
        (Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, Command.CLIPBOARD),
        (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier, Command.REPEAT),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, Command.STOP),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, Command.GUIDE),
    ],
)
def test_shortcuts(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, command: Command) -> None:
    window.show_description(DESCRIPTION)
    QTest.qWaitForWindowActive(window)
    seen = commands_of(window)
    QTest.keyClick(window, key, modifier)
    wait_until(lambda: bool(seen))
    assert seen == [command]


def test_a_result_is_readable_and_takes_no_focus(window: MainWindow) -> None:
    before = window.focusWidget()
    assert not window.buttons[Command.COPY].isEnabled()
    window.show_description(DESCRIPTION)
    assert window.result.toPlainText() == "Có lẽ một con mèo"
    assert window.certainty.text() == "Không chắc lắm"
    assert window.status.text() == "Cửa sổ đang dùng: Thư viện ảnh"
    assert window.result.isReadOnly()
    assert window.result.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert window.focusWidget() is before
    assert window.buttons[Command.COPY].isEnabled()


def test_copy(window: MainWindow) -> None:
    window.show_description(DESCRIPTION)
    window.copy_result()
    assert QApplication.clipboard().text() == "Có lẽ một con mèo"


def test_dropped_data_is_handed_on(window: MainWindow) -> None:
    seen: list[QMimeData] = []
    window.dropped.connect(lambda data: seen.append(data.text()))
    data = QMimeData()
    data.setText("/a/b.png")
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)
    assert seen == ["/a/b.png"]


def test_closing_is_the_apps_decision(window: MainWindow) -> None:
    closings: list[bool] = []
    window.closing.connect(lambda: closings.append(True))
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    assert closings == [True]
