"""The folder window on real folders and a real job: one picture at a time, pauses, restarts, errors."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.batch.describer import Done
from assistant.batch.job import FolderJob
from assistant.messages import Messages
from assistant.windows.batch import BatchWindow
from assistant.windows.folder_words import QUIET_S, Milestones
from engine import Caption, Verdict
from tests.fakes import wait_until

MESSAGES = Messages("vi")

_Control = TypeVar("_Control", bound=QWidget)


class FakeDescriber(QObject):
    """Answers a moment later in the window's thread, one picture at a time, as the real one.

    Attributes:
        held: wait for ``answer`` instead.
        refusals: name of a picture -> why it cannot be described.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.held = False
        self.refusals = {"hỏng.png": "Tệp ảnh này bị hỏng."}
        self.now_s = 0.0
        self._waiting: tuple[Path, Done] | None = None

    @property
    def busy(self) -> bool:
        return self._waiting is not None

    def describe(self, path: Path, done: Done) -> None:
        assert self._waiting is None, "two pictures under way"
        self._waiting = (path, done)
        self.files.append(path.name)
        if not self.held:
            QTimer.singleShot(1, self, self.answer)

    def answer(self) -> None:
        assert self._waiting
        (path, done), self._waiting = self._waiting, None
        self.now_s += 1.0
        if reason := self.refusals.get(path.name):
            done(reason)
        else:
            done(Caption(text=f"ảnh {path.stem}", confidence=0.8, verdict=Verdict.PHOTO, model="m"))


class Room:
    """A window, its describer, and everything it said."""

    def __init__(self, qtbot: QtBot, state: Path) -> None:
        self.describer = FakeDescriber()
        describer = self.describer
        self.window = BatchWindow(MESSAGES, state, describer.describe, clock=lambda: describer.now_s)
        self.told: list[str] = []
        self.window.told.connect(self.told.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        found = self.window.findChild(kind, f"folder.{name}")
        assert isinstance(found, kind)
        return found

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        assert button.isEnabled()
        QTest.keyClick(button, Qt.Key.Key_Space)

    @property
    def main(self) -> str:
        """What the button that starts, pauses and resumes is called."""
        button = self.find(QPushButton, "go")
        assert button.text().replace("&", "") == button.accessibleName()
        return button.accessibleName()

    @property
    def latest(self) -> str:
        return self.find(QPlainTextEdit, "latest").toPlainText()

    def start(self, folder: Path) -> None:
        line = self.find(QLineEdit, "path")
        line.setFocus()
        line.setText(str(folder))
        QTest.keyClick(line, Qt.Key.Key_Return)

    def hear(self, beginning: str) -> str:
        """Wait for a sentence, and check that it stands in the window too."""
        wait_until(lambda: bool(self.told) and self.told[-1].startswith(beginning))
        assert self.find(QPlainTextEdit, "status").toPlainText() == self.told[-1]
        return self.told[-1]

    def save(self, name: str) -> None:
        self.press("save")
        dialog = self.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(name)
        QTest.keyClick(edit, Qt.Key.Key_Return)


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / name)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "Ảnh hè", "1.png", "2.png", "10.png", "hỏng.png", "trong/x.png")


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    room = Room(qtbot, tmp_path / "state")
    yield room
    room.window.close()


@pytest.fixture
def held(room: Room) -> Room:
    """Each picture waits for the test to answer."""
    room.describer.held = True
    return room


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


class TestErrors:
    def test_no_folder_chosen(self, room: Room) -> None:
        room.press("go")
        assert room.told == [MESSAGES.text("folder.none-chosen")]

    @pytest.mark.parametrize(("name", "fault"), [("gone", "missing"), ("empty", "no-pictures")])
    def test_a_folder_that_cannot_be_described(
        self, room: Room, tmp_path: Path, name: str, fault: str
    ) -> None:
        (tmp_path / "empty").mkdir()
        room.start(tmp_path / name)
        wait_until(lambda: room.told[-1] == MESSAGES.text(f"batch.{fault}"))
        assert room.main == "Bắt đầu"
        assert not room.find(QLineEdit, "path").isReadOnly()

    def test_a_folder_that_goes_away_and_comes_back(self, held: Room, folder: Path) -> None:
        """GIVEN a memory card that is taken out THEN no picture counts as failed or lost."""
        held.describer.refusals = {}
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        away = folder.rename(folder.with_name("away"))
        held.describer.refusals["1.png"] = "Không tìm thấy tệp này."
        held.describer.answer()
        held.hear("Đã tạm dừng. Không tìm thấy thư mục này.")
        assert held.main == "Tiếp tục"
        away.rename(folder)
        held.describer.refusals = {}
        held.describer.held = False
        held.press("go")
        assert held.hear("Xong") == "Xong: 5 ảnh."

    def test_a_full_disk_pauses_and_the_picture_is_done_again(
        self, held: Room, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        held.describer.refusals = {}
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            held.describer.answer()
        assert held.told[-1] == f"Đã tạm dừng. {MESSAGES.text('batch.disk-full')}"
        held.describer.held = False
        held.press("go")
        assert held.hear("Xong") == "Xong: 5 ảnh."
        assert held.describer.files[:3] == ["1.png", "1.png", "2.png"]

    def test_pictures_that_vanish_are_told_at_the_end(self, held: Room, folder: Path) -> None:
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        (folder / "10.png").unlink()
        (folder / "hỏng.png").unlink()
        held.describer.held = False
        held.describer.answer()
        assert held.hear("Xong") == "Xong: 3 ảnh. Bỏ qua 2 ảnh vì không còn trong thư mục."


class TestTelling:
    def test_progress_at_tenths_and_not_more_often_than_every_five_seconds(
        self, room: Room, tmp_path: Path
    ) -> None:
        """GIVEN 40 pictures at a second each, so a tenth takes 4 s, THEN each fifth answer tells."""
        room.describer.refusals = {}
        room.start(fill(tmp_path / "ảnh", *(f"{number}.png" for number in range(40))))
        room.hear("Xong")
        assert room.told[2:-1] == [
            MESSAGES.text("folder.so-far", percent=percent, done=done, total=40)
            for percent, done in ((12, 5), (25, 10), (37, 15), (50, 20), (62, 25), (75, 30), (87, 35))
        ]

    def test_the_clock_and_the_step_both_count(self) -> None:
        now_s = 100.0
        milestones = Milestones(0.25, lambda: now_s)
        now_s += QUIET_S - 0.1
        assert not milestones.reached(0.55)
        now_s += 0.1
        assert not milestones.reached(0.29)
        assert milestones.reached(0.3)
        now_s += 100
        assert not milestones.reached(0.39)
        assert milestones.reached(0.99)
        now_s += 100
        assert not milestones.reached(1.0)


class TestResults:
    def test_to_a_file(self, room: Room, folder: Path, tmp_path: Path) -> None:
        room.start(folder)
        room.hear("Xong")
        room.save(str(tmp_path / "kết quả.json"))
        rows = json.loads((tmp_path / "kết quả.json").read_text(encoding="utf-8"))
        assert [row["text"] for row in rows] == ["ảnh 1", "ảnh 2", "ảnh 10", "", "ảnh x"]
        assert room.told[-1] == MESSAGES.text("describing.saved", path=tmp_path / "kết quả.json")

    def test_before_there_are_any(self, room: Room) -> None:
        room.press("save")
        room.press("alt")
        assert room.told == [MESSAGES.text("folder.no-results")] * 2
        assert room.window.findChild(QFileDialog) is None

    def test_where_nothing_can_be_written(self, room: Room, folder: Path, tmp_path: Path) -> None:
        room.start(folder)
        room.hear("Xong")
        room.save(str(tmp_path / "kết quả.xml"))
        assert room.told[-1] == MESSAGES.text("batch.unknown-format")

    def test_alt_texts_and_why_some_are_missing(self, room: Room, folder: Path) -> None:
        (folder / "1.png.txt").write_text("của người khác", encoding="utf-8")
        room.start(folder)
        room.hear("Xong")
        room.press("alt")
        told = room.hear("Đã ghi chú thích")
        assert told == (
            "Đã ghi chú thích cạnh 3 ảnh. Bỏ qua: 1 ảnh không có câu mô tả, "
            "1 ảnh đã có tệp chữ không phải do chương trình này ghi, hoặc đã được sửa."
        )
        lines = room.latest.split("\n")
        assert lines[0] == told
        assert [line.split(": ")[0] for line in lines[1:]] == ["1.png", "hỏng.png"]
        assert (folder / "2.png.txt").read_text(encoding="utf-8") == "ảnh 2\n"
        assert (folder / "1.png.txt").read_text(encoding="utf-8") == "của người khác"

    def test_no_alt_texts_while_pictures_are_described(self, held: Room, folder: Path) -> None:
        held.start(folder)
        wait_until(lambda: held.describer.busy)
        held.press("alt")
        held.press("go")
        held.press("alt")
        assert held.told[-3:] == [
            MESSAGES.text("folder.pause-first"),
            "Đã tạm dừng: xong 0 trên 5 ảnh.",
            MESSAGES.text("folder.pause-first"),
        ]
        held.describer.answer()
        held.press("alt")
        held.hear("Đã ghi chú thích cạnh 1 ảnh.")
        assert [path.name for path in folder.glob("*.txt")] == ["1.png.txt"]
