"""Choosing a folder of photos with captions, and hearing what is in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListWidget, QPushButton

from assistant.messages import LANGUAGES, Messages
from assistant.windows.training_data import KNOWN_REASONS, summary
from assistant.windows.training_inspection import Findings, Inspection
from tests.assistant.windows.training.conftest import MakeRoom
from tests.assistant.windows.training.room import LIMIT_S, Room, make_data, said
from tests.fakes import wait_until
from training.datasets.problems import Problem

pytestmark = pytest.mark.slow

USABLE = "Có 5 ảnh với 10 câu mô tả. Có 3 mục có vấn đề, xem từng dòng trong danh sách. " + said("usable")


def drop(room: Room, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    room.window.dropEvent(event)


def test_the_window_begins_with_what_to_do(room: Room) -> None:
    assert room.page == "data"
    assert room.lines("found") == [said("nothing-checked")]
    assert room.find(QListWidget, "pages").hasFocus()
    assert room.told == []


def test_findings_of_a_typed_path(room: Room, tmp_path: Path) -> None:
    """GIVEN a path in quotation marks, THEN the findings are told in a sentence and listed one by one."""
    data = make_data(tmp_path / "Ảnh làng")
    room.write("folder", f' "{data}" ')
    QTest.keyClick(room.find(QLineEdit, "folder"), Qt.Key.Key_Return)
    room.hear(USABLE)
    assert room.told == [said("checking"), USABLE]
    assert room.read("status") == USABLE
    assert room.lines("found") == [
        USABLE, "Kiểu dữ liệu: own folder.", "Phần để học: 5 ảnh, 10 câu.",
        "2 mục: không có tệp ảnh; bỏ ảnh cùng các câu của nó", "1 mục: too blue",
    ]  # fmt: skip
    room.find(QListWidget, "found").setCurrentRow(3)
    assert room.read("details") == "a.jpg\nb.jpg"
    room.find(QListWidget, "found").setCurrentRow(1)
    assert room.read("details") == said("no-details")


@pytest.mark.parametrize("way", ["dialog", "drop"])
def test_other_ways_to_name_a_folder(room: Room, tmp_path: Path, way: str) -> None:
    data = make_data(tmp_path / "ảnh")
    if way == "drop":
        room.turn_to("results")
        drop(room, data)
    else:
        room.press("choose")
        dialog = room.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(str(data))
        QTest.keyClick(edit, Qt.Key.Key_Return)
        room.press("check")
    room.hear(USABLE)
    assert room.page == "data"
    assert room.find(QLineEdit, "folder").text() == str(data)


def test_what_cannot_be_trained_on(room: Room, tmp_path: Path) -> None:
    room.check(make_data(tmp_path / "ít", photos=1))
    assert room.told[-1].endswith("Chưa huấn luyện được: There are too few photos.")
    room.turn_to("options")
    room.press("start")
    assert room.told[-1] == said("check-first")


def test_a_folder_without_a_dataset(room: Room, tmp_path: Path) -> None:
    (tmp_path / "trống").mkdir()
    room.check(tmp_path / "trống")
    reason = said("not-readable", reason=f"There is no dataset in {tmp_path / 'trống'}.")
    assert room.told[-1] == reason
    assert room.lines("found") == [reason]


def test_wrong_paths(room: Room, tmp_path: Path) -> None:
    room.press("check")
    assert room.told == [said("no-folder")]
    room.write("folder", str(tmp_path / "không có"))
    room.press("check")
    assert room.told[-1] == said("not-a-folder", path=tmp_path / "không có")


def test_called_off(room: Room, tmp_path: Path) -> None:
    """GIVEN a folder that takes a minute to look through, WHEN the button is pressed again, THEN the process
    ends at once, and another folder can be looked through.
    """
    room.write("folder", str(make_data(tmp_path / "chậm", slow_s=60)))
    button = room.find(QPushButton, "check")
    room.press("check")
    assert button.accessibleName() == "Thôi kiểm tra"
    QTest.keyClick(room.find(QLineEdit, "folder"), Qt.Key.Key_Return)
    assert room.told[-1] == said("check-busy")
    inspection = room.window.findChild(Inspection)
    assert inspection
    process = inspection._process
    assert process
    process.waitForStarted()
    room.press("check")
    assert process.state() == process.ProcessState.NotRunning
    assert room.told[-1] == said("check-stopped")
    assert button.accessibleName() == "Kiểm tra"
    room.check(make_data(tmp_path / "nhanh"))
    assert room.told[-1] == USABLE


def test_closing_the_window_calls_it_off(room: Room, tmp_path: Path) -> None:
    room.write("folder", str(make_data(tmp_path / "chậm", slow_s=60)))
    room.press("check")
    room.press("close")
    assert room.told[-1] == said("check-stopped")
    wait_until(lambda: not room.window.isVisible(), LIMIT_S)


def test_the_part_for_training_is_absent(make_room: MakeRoom, tmp_path: Path) -> None:
    """THEN the line that installs it is heard when the window opens, and whenever something is tried."""
    room = make_room(change=lambda shop: replace(shop, lacking="Cài bằng lệnh: pip."))
    room.write("folder", str(make_data(tmp_path / "ảnh")))
    room.press("check")
    room.turn_to("options")
    room.press("start")
    assert room.told == ["Cài bằng lệnh: pip."] * 3


def test_all_problems_of_the_readers_have_words() -> None:
    assert {reason.replace(" ", "-").lower() for reason in Problem} == KNOWN_REASONS
    for language in LANGUAGES:
        messages = Messages(language)
        assert all(messages.text(f"training-problem.{reason}") for reason in KNOWN_REASONS)


@pytest.mark.parametrize(
    ("kind", "captions", "end"),
    [
        ("", 0, said("unknown-kind")),
        ("ktvic", 0, said("no-captions")),
        ("ktvic", 3, said("not-usable", reason="One photo.")),
    ],
)
def test_why_a_folder_will_not_do(kind: str, captions: int, end: str) -> None:
    """THEN the usual reasons are told in the person's language."""
    found = Findings(kind, {"train": (2, captions)}, {}, usable=False, why_not="One photo.")
    assert summary(found, Messages("vi")).endswith(end)
