"""The folder window on real folders and a real job: one picture at a time, pauses, restarts, errors."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from assistant.batch.job import FolderJob
from assistant.windows.batch import BatchWindow
from tests.assistant.windows.folder.room import MESSAGES, Room, fill
from tests.fakes import wait_until


class TestOneFolder:
    def test_every_picture_in_order(self, room: Room, folder: Path) -> None:
        room.start(folder)
        assert room.hear("Xong") == "Xong: 4 ảnh, 1 ảnh không mô tả được."
        assert room.describer.files == ["1.png", "2.png", "10.png", "hỏng.png", "x.png"]
        assert room.told[:2] == [
            "Đang tìm ảnh trong thư mục.", "Bắt đầu mô tả 5 ảnh trong thư mục Ảnh hè.",
        ]  # fmt: skip
        bar = room.find(QProgressBar, "progress")
        assert (bar.value(), bar.maximum(), bar.text()) == (5, 5, "5 trên 5 ảnh")
        assert bar.accessibleName() == "Tiến độ"
        assert room.latest == "trong/x.png: ảnh x. Khá chắc chắn."

    def test_a_failed_picture_is_shown_with_its_reason(self, held: Room, folder: Path) -> None:
        held.start(folder)
        for _ in range(4):
            wait_until(lambda: held.describer.busy)
            held.describer.answer()
        assert held.latest == "hỏng.png: Tệp ảnh này bị hỏng."

    def test_without_the_folders_inside(self, room: Room, folder: Path) -> None:
        box = room.find(QCheckBox, "recursive")
        assert box.isChecked()
        QTest.keyClick(box, Qt.Key.Key_Space)
        room.start(folder)
        room.hear("Xong")
        assert "x.png" not in room.describer.files

    def test_the_focus_is_on_what_pauses(self, held: Room, folder: Path) -> None:
        assert held.main == "Bắt đầu"
        held.start(folder)
        held.hear("Bắt đầu")
        assert held.main == "Tạm dừng"
        assert held.window.focusWidget() is held.find(QPushButton, "go")
        assert held.find(QLineEdit, "path").isReadOnly()
        assert not held.find(QPushButton, "choose").isEnabled()

    def test_a_name_copied_with_quotation_marks(self, room: Room, folder: Path) -> None:
        room.find(QLineEdit, "path").setText(f' "{folder}" ')
        room.press("go")
        room.hear("Xong")

    def test_a_folder_that_was_dropped(self, room: Room, folder: Path) -> None:
        room.window.open_folder(folder)
        assert room.find(QLineEdit, "path").text() == str(folder)
        room.hear("Xong")

    def test_choosing_in_the_dialog(self, room: Room, folder: Path) -> None:
        room.press("choose")
        dialog = room.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(str(folder))
        QTest.keyClick(edit, Qt.Key.Key_Return)
        assert room.find(QLineEdit, "path").text() == str(folder)
        assert room.told == []

    def test_a_thousand_answers_are_no_thousand_calls_deep(self, qtbot: QtBot, tmp_path: Path) -> None:
        """GIVEN a describer that answers at once THEN the stack does not grow."""
        window = BatchWindow(MESSAGES, tmp_path / "state", lambda path, done: done("không"))
        qtbot.addWidget(window)
        told: list[str] = []
        window.told.connect(told.append)
        window.show()
        many = tmp_path / "many"
        many.mkdir()
        for number in range(200):
            (many / f"{number}.png").touch()
        window.open_folder(many)
        wait_until(lambda: told[-1] == "Xong: 0 ảnh, 200 ảnh không mô tả được.")


class TestPausing:
    def test_the_picture_under_way_is_finished_and_no_other_begun(self, held: Room, folder: Path) -> None:
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        held.press("go")
        assert held.told[-1] == "Đã tạm dừng: xong 0 trên 5 ảnh."
        assert held.main == "Tiếp tục"
        held.describer.answer()
        QTest.qWait(20)
        assert held.describer.files == ["1.png"]
        assert held.find(QProgressBar, "progress").value() == 1
        held.press("go")
        assert held.told[-1] == "Làm tiếp: đã xong 1 trên 5 ảnh."
        assert held.describer.files == ["1.png", "2.png"]

    def test_resuming_before_the_answer_begins_no_second_one(self, held: Room, folder: Path) -> None:
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        held.press("go")
        held.press("go")
        assert held.describer.files == ["1.png"]
        held.describer.answer()
        wait_until(lambda: held.describer.files == ["1.png", "2.png"])

    def test_closing_pauses_and_a_restart_goes_on(
        self, held: Room, folder: Path, qtbot: QtBot, tmp_path: Path
    ) -> None:
        held.start(folder)
        for _ in range(2):
            wait_until(lambda: held.describer.busy)
            held.describer.answer()
        wait_until(lambda: held.describer.busy)
        QTest.keyClick(held.window, Qt.Key.Key_Escape)
        assert not held.window.isVisible()
        assert held.told[-1] == "Đã tạm dừng: xong 2 trên 5 ảnh."
        held.describer.answer()
        again = Room(qtbot, tmp_path / "state")
        again.start(folder)
        again.hear("Xong")
        assert again.told[1] == (
            "Thư mục Ảnh hè đã được làm dở: xong 3 trên 5 ảnh. Chương trình làm tiếp phần còn lại."
        )
        assert again.describer.files == ["hỏng.png", "x.png"]

    def test_a_folder_that_was_finished_before(self, room: Room, folder: Path) -> None:
        room.describer.refusals = {}
        room.start(folder)
        room.hear("Xong")
        room.start(folder)
        assert room.hear("Cả") == "Cả 5 ảnh trong thư mục này đã được mô tả từ trước."
        assert len(room.describer.files) == 5
        assert room.main == "Bắt đầu"


class TestStopping:
    def test_the_late_answer_is_kept_and_another_folder_waits_for_it(
        self, held: Room, folder: Path, tmp_path: Path
    ) -> None:
        other = fill(tmp_path / "khác", "a.png")
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        held.press("stop")
        assert held.told[-1].startswith("Đã dừng: xong 0 trên 5 ảnh.")
        held.start(other)
        held.hear("Bắt đầu mô tả 1 ảnh")
        assert held.describer.files == ["1.png"]
        held.describer.answer()
        wait_until(lambda: held.describer.files == ["1.png", "a.png"])
        held.describer.answer()
        assert held.hear("Xong") == "Xong: 1 ảnh."
        assert FolderJob.open(folder, tmp_path / "state").progress.done == 1

    def test_nothing_to_stop(self, room: Room) -> None:
        room.press("stop")
        assert room.told == ["Không có gì đang chạy."]

    def test_while_pictures_are_looked_for(self, room: Room, folder: Path) -> None:
        room.start(folder)
        room.press("stop")
        assert room.told[-1] == "Đã thôi tìm ảnh."
        QTest.qWait(50)
        assert room.describer.files == []
        assert room.main == "Bắt đầu"

    def test_another_folder_is_not_taken_while_one_runs(
        self, held: Room, folder: Path, tmp_path: Path
    ) -> None:
        held.start(folder)
        held.hear("Bắt đầu")
        held.window.open_folder(fill(tmp_path / "khác", "a.png"))
        assert held.told[-1] == MESSAGES.text("folder.busy")
        assert held.find(QLineEdit, "path").text() == str(folder)
