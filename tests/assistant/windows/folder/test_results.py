"""The folder window on real folders and a real job: one picture at a time, pauses, restarts, errors."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
)

from assistant.windows.folder_words import QUIET_S, Milestones
from tests.assistant.windows.folder.room import MESSAGES, Room, fill
from tests.fakes import wait_until


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
