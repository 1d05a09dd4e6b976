"""The folder window: one picture at a time, pause, go on after a restart, results in files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from assistant.messages import Messages
from assistant.windows.batch import BatchWindow
from engine import Caption, Verdict
from tests.fakes import wait_until

MESSAGES = Messages("vi")


class FakeDescriber:
    """Answers a moment later; one picture at a time, as the real one."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.under_way = 0

    def describe(self, path: Path, done: Callable[[Caption | str], None]) -> None:
        assert self.under_way == 0
        self.under_way = 1
        self.files.append(path.name)

        def answer() -> None:
            self.under_way = 0
            if "bad" in path.name:
                done("hỏng")
            else:
                done(Caption(text=f"ảnh {path.stem}", confidence=0.8, verdict=Verdict.PHOTO, model="m"))

        QTimer.singleShot(2, answer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ảnh"
    (made / "trong").mkdir(parents=True)
    for name in ("1.png", "2.png", "10.png", "bad.png", "trong/x.png"):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(made / name)
    return made


class Desk:
    def __init__(self, qtbot, state: Path) -> None:  # type: ignore[no-untyped-def]
        self.describer = FakeDescriber()
        self.window = BatchWindow(MESSAGES, state, self.describer.describe)
        qtbot.addWidget(self.window)
        self.told: list[str] = []
        self.window.told.connect(self.told.append)
        self.window.show()
        QApplication.processEvents()

    def run(self) -> None:
        self.window.go.click()
        wait_until(lambda: self.told[-1].startswith("Xong"))


@pytest.fixture
def desk(qtbot, tmp_path: Path) -> Desk:  # type: ignore[no-untyped-def]
    return Desk(qtbot, tmp_path / "state")


def test_every_picture_is_described_in_order(desk: Desk, folder: Path) -> None:
    desk.window.open_folder(folder)
    assert desk.told == [MESSAGES.text("folder.opened", total=5)]
    desk.run()
    assert desk.describer.files == ["1.png", "2.png", "10.png", "bad.png", "x.png"]
    assert desk.told[-1] == MESSAGES.text("folder.finished", done=4, failed=1)
    assert desk.window.bar.value() == desk.window.bar.maximum() == 5
    assert desk.window.box.toPlainText() == "x.png: ảnh x"


def test_without_the_folders_inside(desk: Desk, folder: Path) -> None:
    desk.window.recursive.setChecked(False)
    desk.window.open_folder(folder)
    desk.run()
    assert "x.png" not in desk.describer.files


def test_pause_and_go_on(desk: Desk, folder: Path) -> None:
    desk.window.open_folder(folder)
    assert desk.window.go.text() == MESSAGES.text("folder.start")
    desk.window.go.click()
    assert desk.window.go.accessibleName() == "Tạm dừng"
    wait_until(lambda: len(desk.describer.files) == 2)
    desk.window.go.click()
    assert desk.window.go.accessibleName() in ("Tiếp tục", "Bắt đầu")
    wait_until(lambda: desk.describer.under_way == 0)
    seen = len(desk.describer.files)
    assert seen == 2
    desk.run()
    assert len(desk.describer.files) == 5


def test_closing_pauses_and_a_restart_goes_on(desk: Desk, folder: Path, qtbot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    desk.window.open_folder(folder)
    desk.window.go.click()
    wait_until(lambda: len(desk.describer.files) == 3)
    desk.window.close()
    wait_until(lambda: desk.describer.under_way == 0)
    again = Desk(qtbot, tmp_path / "state")
    again.window.open_folder(folder)
    assert again.told == [MESSAGES.text("folder.resumed", done=3, total=5)]
    again.run()
    assert again.describer.files == ["bad.png", "x.png"]


def test_results_and_alt_texts(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.window.open_folder(folder)
    desk.run()
    target = tmp_path / "kết quả.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    desk.window.buttons["save"].click()
    rows = json.loads(target.read_text(encoding="utf-8"))
    assert [row["text"] for row in rows] == ["ảnh 1", "ảnh 2", "ảnh 10", "", "ảnh x"]
    (folder / "1.png.txt").write_text("của người khác")
    desk.window.buttons["alt"].click()
    assert desk.told[-1] == MESSAGES.text("folder.alt-written", written=3, skipped=2)
    assert "1.png" in desk.window.box.toPlainText()
    assert (folder / "2.png.txt").read_text(encoding="utf-8").strip() == "ảnh 2"


def test_a_folder_without_pictures_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    desk.window.open_folder(tmp_path / "empty")
    desk.window.open_folder(tmp_path / "gone")
    assert desk.told == [MESSAGES.text("batch.no-pictures"), MESSAGES.text("batch.missing")]
    desk.window.go.click()
    assert desk.told[-1] == MESSAGES.text("folder.no-folder")
