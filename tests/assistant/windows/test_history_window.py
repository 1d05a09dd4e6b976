"""The history window: read, describe again, copy, export, remove."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from assistant.capture.picture import Origin, Picture
from assistant.history import History
from assistant.messages import Messages
from assistant.windows.history import HistoryWindow
from engine import Caption, Verdict

MESSAGES = Messages("vi")
PICTURE = Picture(np.full((40, 60, 3), 200, np.uint8), Origin.FILE, "mèo.jpg")


class Desk:
    def __init__(self, qtbot, folder: Path, texts: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
        now = datetime.now(UTC)
        times = iter([now - timedelta(days=2), now - timedelta(minutes=1)] + [now] * 9)
        self.history = History(
            folder, limit_bytes=10**8, limit_age=timedelta(days=30), clock=lambda: next(times)
        )
        for text in texts:
            caption = Caption(
                text=text, confidence=0.3, verdict=Verdict.PHOTO, model="starter", alternatives=("câu khác",)
            )
            self.history.add(caption, PICTURE)
        self.window = HistoryWindow(self.history, MESSAGES, confirm_delete=False)
        qtbot.addWidget(self.window)
        self.told: list[str] = []
        self.read: list[str] = []
        self.pictures: list[Picture] = []
        self.window.told.connect(self.told.append)
        self.window.read_wanted.connect(self.read.append)
        self.window.describe_wanted.connect(self.pictures.append)
        self.window.show()
        QApplication.processEvents()

    def lines(self) -> list[str]:
        return [self.window.list.item(row).text() for row in range(self.window.list.count())]


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Desk:  # type: ignore[no-untyped-def]
    # The clock is read at opening too, so the first time is older than the first entry.
    return Desk(qtbot, tmp_path / "h", ("câu một", "câu hai", "câu ba"))


def test_newest_first_with_time_and_origin(desk: Desk) -> None:
    lines = desk.lines()
    assert [line.rpartition(": ")[2] for line in lines] == ["câu ba", "câu hai", "câu một"]
    assert all("Tệp ảnh" in line for line in lines)
    assert "hôm nay" in lines[0] or "hôm qua" in lines[0]


def test_the_whole_entry_is_readable(desk: Desk) -> None:
    desk.window.list.setCurrentRow(1)
    text = desk.window.box.toPlainText()
    for part in ("câu hai", "mèo.jpg", "Không chắc lắm", "câu khác"):
        assert part in text


def test_read_by_enter_and_by_button(desk: Desk) -> None:
    desk.window.list.setFocus()
    QTest.keyClick(desk.window.list, Qt.Key.Key_Return)
    desk.window.buttons["read"].click()
    assert desk.read == ["câu ba", "câu ba"]


def test_describe_again_gives_the_kept_picture(desk: Desk) -> None:
    desk.window.buttons["describe"].click()
    picture = desk.pictures[0]
    assert (picture.origin, picture.name) == (Origin.FILE, "mèo.jpg")
    assert np.abs(picture.pixels.astype(int) - 200).max() <= 3


def test_a_picture_that_is_gone_is_told(desk: Desk, tmp_path: Path) -> None:
    for file in tmp_path.rglob("*.jpg"):
        file.unlink()
    desk.window.buttons["describe"].click()
    assert desk.told == [MESSAGES.text("image.missing")]
    assert desk.window.status.text() == desk.told[0]


def test_remove_keeps_the_place(desk: Desk) -> None:
    desk.window.list.setCurrentRow(1)
    desk.window.list.setFocus()
    QTest.keyClick(desk.window.list, Qt.Key.Key_Delete)
    assert [line.rpartition(": ")[2] for line in desk.lines()] == ["câu ba", "câu một"]
    assert desk.window.list.currentRow() == 1
    assert desk.window.list.hasFocus() or not desk.window.isActiveWindow()
    assert [entry.text for entry in desk.history.entries()] == ["câu ba", "câu một"]


@pytest.mark.parametrize(("agreed", "left"), [(True, 0), (False, 3)])
def test_clearing_always_asks(desk: Desk, monkeypatch: pytest.MonkeyPatch, agreed: bool, left: int) -> None:
    questions: list[str] = []

    def answer(question: str) -> bool:
        questions.append(question)
        return agreed

    monkeypatch.setattr(desk.window, "_agreed", answer)
    desk.window.buttons["clear"].click()
    assert questions == ["history.ask-clear"]
    assert len(desk.history.entries()) == left == desk.window.list.count()


def test_export(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    desk.window.buttons["export"].click()
    assert "câu hai" in target.with_suffix(".csv").read_text(encoding="utf-8-sig")
    assert desk.told == [MESSAGES.text("describing.saved", path=target.with_suffix(".csv"))]


def test_refresh_keeps_the_chosen_entry(desk: Desk) -> None:
    desk.window.list.setCurrentRow(2)
    caption = Caption(text="câu bốn", confidence=0.9, verdict=Verdict.PHOTO, model="starter")
    desk.history.add(caption, PICTURE)
    desk.window.refresh()
    assert desk.window.list.count() == 4
    assert desk.window.list.currentItem().text().endswith("câu một")


def test_an_empty_history_says_so(qtbot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(qtbot, tmp_path / "h", ())
    assert desk.window.box.toPlainText() == MESSAGES.text("history.empty")
    assert not desk.window.buttons["read"].isEnabled()
