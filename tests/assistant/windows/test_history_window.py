"""The history window on a real history: keys, focus, questions, export, and how entries are worded."""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assistant.capture.picture import Origin, Picture
from assistant.history import Entry, History
from assistant.messages import Messages
from assistant.windows.history import HistoryWindow
from assistant.windows.history_words import in_full, sentence, spoken, when
from assistant.windows.question import Question
from engine import Caption, Verdict

MESSAGES = Messages("vi")
VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)

_Control = TypeVar("_Control", bound=QWidget)


def picture(name: str = "mèo.jpg") -> Picture:
    return Picture(np.full((40, 60, 3), 200, np.uint8), Origin.FILE, name)


def caption(text: str, confidence: float = 0.3) -> Caption:
    return Caption(
        text=text, confidence=confidence, verdict=Verdict.PHOTO, model="starter", alternatives=("câu khác",)
    )


class Room:
    """A window over a history, and everything it said."""

    def __init__(self, qtbot: QtBot, folder: Path, *texts: str, confirm: bool = False) -> None:
        self.folder = folder
        self.history = History(folder, limit_bytes=10**8, limit_age=timedelta(days=30))
        self.entries = [self.history.add(caption(text), picture()) for text in texts]
        self.window = HistoryWindow(self.history, MESSAGES, confirm_delete=confirm)
        self.told: list[str] = []
        self.read: list[str] = []
        self.pictures: list[Picture] = []
        self.window.told.connect(self.told.append)
        self.window.read_wanted.connect(self.read.append)
        self.window.describe_wanted.connect(self.pictures.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def find(self, kind: type[_Control], name: str) -> _Control:
        found = self.window.findChild(kind, f"history.{name}")
        assert isinstance(found, kind)
        return found

    @property
    def list(self) -> QListWidget:
        return self.find(QListWidget, "entries")

    @property
    def whole(self) -> str:
        return self.find(QPlainTextEdit, "entry").toPlainText()

    @property
    def status(self) -> str:
        return self.find(QPlainTextEdit, "status").toPlainText()

    def button(self, name: str) -> QPushButton:
        return self.find(QPushButton, name)

    def texts(self) -> list[str]:
        return [entry.text for entry in self.history.entries()]

    def lines(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        focus = QApplication.focusWidget()
        assert focus
        QTest.keyClick(focus, key, modifier)

    def question(self) -> Question:
        found = self.window.findChild(Question)
        assert found
        return found

    def has_no_question(self) -> bool:
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
        return self.window.findChild(Question) is None


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    room = Room(qtbot, tmp_path / "h", "câu một", "câu hai", "câu ba")
    yield room
    room.window.close()


class TestReading:
    def test_newest_first_each_a_whole_sentence(self, room: Room) -> None:
        days = ("Hôm nay", "Hôm qua")  # a test may run over midnight
        for line, text in zip(room.lines(), ("câu ba", "câu hai", "câu một"), strict=True):
            assert line.startswith(days)
            assert line.endswith(f", tệp ảnh mèo.jpg: {text}. Không chắc lắm.")

    def test_the_list_has_the_focus_and_its_entry_stands_below(self, room: Room) -> None:
        assert room.window.focusWidget() is room.list
        assert room.whole.startswith("câu ba\nMức độ chắc chắn: Không chắc lắm.\nCũng có thể là: câu khác.")
        room.key(Qt.Key.Key_Down)
        assert room.whole.startswith("câu hai\n")

    def test_enter_and_the_button_read_aloud(self, room: Room) -> None:
        room.key(Qt.Key.Key_Return)
        room.button("read").click()
        assert room.read == ["Có lẽ câu ba"] * 2

    def test_copying(self, room: Room) -> None:
        room.button("copy").click()
        assert QApplication.clipboard().text() == "câu ba"
        assert room.told == ["Đã chép câu mô tả."] == [room.status]

    def test_escape_closes(self, room: Room) -> None:
        room.key(Qt.Key.Key_Escape)
        assert not room.window.isVisible()

    def test_it_is_not_modal(self, room: Room) -> None:
        assert not room.window.isModal()


class TestDescribingAgain:
    def test_the_kept_picture_is_given(self, room: Room) -> None:
        room.button("describe").click()
        (given,) = room.pictures
        assert (given.origin, given.name, given.pixels.shape) == (Origin.FILE, "mèo.jpg", (40, 60, 3))
        assert np.abs(given.pixels.astype(int) - 200).max() <= 3

    def test_a_picture_that_was_lost_meanwhile_is_told(self, room: Room) -> None:
        (room.folder / f"{room.entries[2].id}.jpg").write_bytes(b"")
        room.button("describe").click()
        assert room.pictures == []
        reason = MESSAGES.text("image.empty")
        assert room.told == [MESSAGES.text("history.picture-lost", reason=reason)] == [room.status]

    def test_without_a_picture_it_cannot_be_asked_for(self, qtbot: QtBot, tmp_path: Path) -> None:
        first = Room(qtbot, tmp_path / "h", "câu một", "câu hai")
        (first.folder / f"{first.entries[1].id}.jpg").unlink()
        first.window.close()
        room = Room(qtbot, tmp_path / "h")
        assert not room.button("describe").isEnabled()
        assert room.whole.endswith(MESSAGES.text("history.no-picture"))
        room.key(Qt.Key.Key_Down)
        assert room.button("describe").isEnabled()


class TestRemoving:
    def test_the_delete_key_moves_on_to_the_neighbour(self, room: Room) -> None:
        room.key(Qt.Key.Key_Down)
        room.key(Qt.Key.Key_Delete)
        assert room.texts() == ["câu ba", "câu một"]
        assert room.whole.startswith("câu một\n")
        assert room.list.currentRow() == 1
        assert room.told == ["Đã xoá."] == [room.status]
        room.key(Qt.Key.Key_Delete)
        assert room.texts() == ["câu ba"]
        assert room.whole.startswith("câu ba\n")
        assert room.window.focusWidget() is room.list

    def test_the_delete_key_does_nothing_outside_the_list(self, room: Room) -> None:
        room.find(QPlainTextEdit, "entry").setFocus()
        room.key(Qt.Key.Key_Delete)
        assert len(room.texts()) == 3

    def test_the_button_gives_the_focus_to_the_list(self, room: Room) -> None:
        room.button("remove").setFocus()
        room.key(Qt.Key.Key_Space)
        assert room.texts() == ["câu hai", "câu một"]
        assert room.window.focusWidget() is room.list

    def test_the_last_one(self, qtbot: QtBot, tmp_path: Path) -> None:
        room = Room(qtbot, tmp_path / "h", "câu một")
        room.key(Qt.Key.Key_Delete)
        assert room.whole == MESSAGES.text("history.empty")
        assert room.told == [MESSAGES.text("history.cleared")]
        assert not room.button("remove").isEnabled()
        assert room.window.focusWidget() is room.list

    def test_asking_first(self, qtbot: QtBot, tmp_path: Path) -> None:
        """GIVEN the wish to be asked WHEN Delete is pressed THEN Enter and Escape keep the entry."""
        room = Room(qtbot, tmp_path / "h", "câu một", "câu hai", confirm=True)
        for refusal in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
            room.key(Qt.Key.Key_Delete)
            buttons = room.question().findChildren(QPushButton)
            assert [button.text() for button in buttons] == ["&Xoá", "&Giữ lại"]
            QTest.keyClick(room.question(), refusal)
            assert room.has_no_question()
            assert room.texts() == ["câu hai", "câu một"]
        room.key(Qt.Key.Key_Delete)
        qtbot.waitUntil(room.question().isActiveWindow)
        room.key(Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(room.has_no_question)
        assert room.texts() == ["câu một"]
        assert room.window.focusWidget() is room.list

    def test_the_entry_asked_about_is_removed_whatever_comes_meanwhile(
        self, qtbot: QtBot, tmp_path: Path
    ) -> None:
        room = Room(qtbot, tmp_path / "h", "câu một", confirm=True)
        room.key(Qt.Key.Key_Delete)
        question = room.question()
        room.history.add(caption("câu mới"), picture())
        room.window.refresh()
        room.list.setCurrentRow(0)
        question.accept()
        assert room.texts() == ["câu mới"]

    @pytest.mark.parametrize(("agreed", "left"), [(True, 0), (False, 3)])
    def test_removing_all_always_asks(self, room: Room, agreed: bool, left: int) -> None:
        room.button("clear").click()
        assert len(room.texts()) == 3
        question = room.question()
        question.done(int(agreed))
        assert len(room.texts()) == left == room.list.count()
        assert bool(room.told) is agreed

    def test_a_disk_that_refuses_is_told_and_nothing_is_lost(
        self, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        room.key(Qt.Key.Key_Delete)
        assert room.told == [MESSAGES.text("history-error.disk-full")] == [room.status]
        assert room.list.count() == len(room.texts()) == 3


class TestExport:
    def save(self, room: Room, name: str) -> None:
        room.button("export").click()
        dialog = room.window.findChild(QFileDialog)
        assert dialog
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit
        edit.setText(name)  # typing it would open a list of files over the dialog
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def test_to_csv_which_is_the_default(self, room: Room, tmp_path: Path) -> None:
        self.save(room, str(tmp_path / "out"))
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["text"] for row in csv.DictReader(file)] == ["câu ba", "câu hai", "câu một"]
        assert room.told == [MESSAGES.text("describing.saved", path=tmp_path / "out.csv")]

    def test_to_json(self, room: Room, tmp_path: Path) -> None:
        self.save(room, str(tmp_path / "out.json"))
        rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert [row["text"] for row in rows] == ["câu ba", "câu hai", "câu một"]

    def test_what_cannot_be_written_is_told(self, room: Room, tmp_path: Path) -> None:
        self.save(room, str(tmp_path / "out.txt"))
        assert room.told == [MESSAGES.text("history-error.unknown-format")]


class TestRefresh:
    def test_the_selected_entry_stays_selected(self, room: Room) -> None:
        room.key(Qt.Key.Key_End)
        item = room.list.currentItem()
        room.history.add(caption("câu bốn", 0.9), picture("chó.jpg"))
        room.window.refresh()
        assert room.list.currentItem() is item
        assert room.whole.startswith("câu một\n")
        assert [line.split(": ")[1] for line in room.lines()] == [
            "câu bốn. Khá chắc chắn.", "câu ba. Không chắc lắm.", "câu hai. Không chắc lắm.",
            "câu một. Không chắc lắm.",
        ]  # fmt: skip

    def test_the_place_in_the_text_stays(self, room: Room) -> None:
        box = room.find(QPlainTextEdit, "entry")
        box.moveCursor(box.textCursor().MoveOperation.End)
        room.history.add(caption("câu bốn"), picture())
        room.window.refresh()
        assert box.textCursor().atEnd()

    def test_entries_that_are_gone_vanish(self, room: Room) -> None:
        room.key(Qt.Key.Key_Down)
        room.history.remove(room.entries[1].id)
        room.history.remove(room.entries[0].id)
        room.window.refresh()
        assert room.list.count() == 1
        assert room.whole.startswith("câu ba\n")

    def test_an_empty_history_says_so(self, qtbot: QtBot, tmp_path: Path) -> None:
        room = Room(qtbot, tmp_path / "h")
        assert room.told == [MESSAGES.text("history.empty")]
        assert room.whole == room.told[0]
        room.history.add(caption("câu một"), picture())
        room.window.refresh()
        assert room.whole.startswith("câu một\n")
        assert room.button("read").isEnabled()


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "id": "0" * 11, "time": datetime(2026, 11, 21, 1, 5, tzinfo=UTC), "text": "một con mèo",
        "confidence": 0.8, "verdict": Verdict.PHOTO, "alternatives": ("mèo", "chó"),
        "origin": Origin.SCREEN, "name": "", "model": "starter", "picture": True,
    }  # fmt: skip
    return Entry(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (NOW, "Hôm nay 09:30"),
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), "Hôm nay 00:00"),
        (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), "Hôm qua 23:59"),
        (datetime(2026, 11, 19, 16, 59, tzinfo=UTC), "Ngày 19/11/2026 23:59"),
        (datetime(2026, 11, 22, 1, 0, tzinfo=VIETNAM), "Ngày 22/11/2026 01:00"),
    ],
)
def test_times_are_the_persons_own(time: datetime, words: str) -> None:
    assert when(time, MESSAGES, NOW) == words


def test_a_date_in_english() -> None:
    assert when(datetime(2026, 3, 4, tzinfo=VIETNAM), Messages("en"), NOW) == "On 2026-03-04 00:00"


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({}, "Hôm nay 08:05, màn hình: một con mèo. Khá chắc chắn.", "một con mèo"),
        (
            {"confidence": 0.1, "origin": Origin.FILE, "name": "a.jpg"},
            "Hôm nay 08:05, tệp ảnh a.jpg: một con mèo. Không chắc.",
            "Tôi không chắc, có thể là một con mèo",
        ),
        (
            {"verdict": Verdict.UNIFORM, "text": "", "confidence": 0.0},
            f"Hôm nay 08:05, màn hình: {MESSAGES.text('verdict.uniform')}",
            MESSAGES.text("verdict.uniform"),
        ),
    ],
)
def test_sentences(changes: dict[str, object], line: str, said: str) -> None:
    assert sentence(entry(**changes), MESSAGES, NOW) == line
    assert spoken(entry(**changes), MESSAGES) == said


def test_everything_about_an_entry_without_empty_lines() -> None:
    assert in_full(entry(picture=False), MESSAGES, NOW).split("\n") == [
        "một con mèo",
        "Mức độ chắc chắn: Khá chắc chắn.",
        "Cũng có thể là: mèo.",
        "Cũng có thể là: chó.",
        "Hôm nay 08:05, màn hình.",
        "Mô hình: starter.",
        MESSAGES.text("history.no-picture"),
    ]
    refused = in_full(entry(verdict=Verdict.BLACK, text="", alternatives=()), MESSAGES, NOW)
    assert refused.split("\n") == [
        MESSAGES.text("verdict.black"), "Hôm nay 08:05, màn hình.", "Mô hình: starter.",
    ]  # fmt: skip
