"""What the window shows of runs: found again, followed, drawn, put in words; for eyes, ears and keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QWidget,
)

from assistant.messages import LANGUAGES, Language, Messages
from assistant.settings import Settings, Theme
from assistant.training_run import TrainingRun
from assistant.windows.controls import LEAST_SIZE_PX
from assistant.windows.theme import THEMES, apply_theme
from assistant.windows.training_curve import TrainingCurve, loss_points, score_points
from assistant.windows.training_runs import TrainingRuns
from tests.assistant.windows.training.conftest import MakeRoom
from tests.assistant.windows.training.room import PAGES, Room, said, told
from tests.assistant.windows.training.run_files import EPOCHS, STEPS, write_run, write_status

pytestmark = pytest.mark.slow


@pytest.fixture
def plain_theme(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    apply_theme(qapp, Settings())


def look(room: Room) -> None:
    runs = room.window.findChild(TrainingRuns)
    assert runs
    runs.look()


class TestRuns:
    def test_what_is_found(self, make_room: MakeRoom, tmp_path: Path) -> None:
        """GIVEN a run at work among others, THEN the window opens with it, and says nothing by itself."""
        write_run(tmp_path / "runs" / "xưa", "done", epochs=4)
        write_run(tmp_path / "runs" / "nay")
        write_run(tmp_path / "runs" / "hỏng", updated=1.0)
        room = make_room()
        assert room.page == "progress"
        assert sorted(room.lines("runs")) == [
            "hỏng: đã dừng đột ngột, có thể chạy tiếp", "nay: đang học, 25 phần trăm", "xưa: đã xong",
        ]  # fmt: skip
        current = room.find(QListWidget, "runs").currentItem()
        assert current.text().startswith("nay")
        assert room.read("situation").split("\n") == [
            "Đang học.", "Đang ở lượt 3 trên 10.",
            "Lượt 2 trên 10, mất mát 2,52, giảm so với lượt trước; điểm kiểm tra 0,55, cao nhất đến giờ.",
            "Còn khoảng 25 phút.",
        ]  # fmt: skip
        assert room.find(QProgressBar, "bar").value() == 25
        assert room.told == []

    def test_another_run_is_chosen(self, make_room: MakeRoom, tmp_path: Path) -> None:
        write_run(tmp_path / "runs" / "xưa", "done", epochs=4)
        write_run(tmp_path / "runs" / "nay", "paused", epochs=1)
        room = make_room()
        room.turn_to("progress")
        rows = room.find(QListWidget, "runs")
        rows.setCurrentItem(rows.findItems("xưa", Qt.MatchFlag.MatchStartsWith)[0])
        assert len(room.lines("epochs-so-far")) == 4
        rows.setCurrentItem(rows.findItems("nay", Qt.MatchFlag.MatchStartsWith)[0])
        assert len(room.lines("epochs-so-far")) == 1
        assert room.read("story").endswith("Lượt 1: một con thuyền")

    def test_progress_keeps_the_readers_place(self, make_room: MakeRoom, tmp_path: Path) -> None:
        """GIVEN a reader in the list of epochs and in the text, WHEN an epoch ends, THEN both stay."""
        folder = write_run(tmp_path / "runs" / "nay")
        room = make_room()
        rows, box = room.find(QListWidget, "epochs-so-far"), room.find(QPlainTextEdit, "situation")
        rows.setCurrentRow(1)
        cursor = box.textCursor()
        cursor.setPosition(12)
        box.setTextCursor(cursor)
        write_run(folder, epochs=3, epoch=4)
        look(room)
        assert rows.count() == 3
        assert rows.currentRow() == 1
        assert "Đang ở lượt 4 trên 10." in room.read("situation")
        assert box.textCursor().position() == 12
        assert room.told == [
            "Lượt 3 trên 10, mất mát 2,31, giảm so với lượt trước; điểm kiểm tra 0,62, cao nhất đến giờ."
        ]
        assert room.read("status") == room.told[-1]

    def test_a_run_that_dies_while_it_is_watched(self, make_room: MakeRoom, tmp_path: Path) -> None:
        folder = write_run(tmp_path / "runs" / "nay")
        room = make_room()
        write_status(folder, updated=1.0)
        look(room)
        assert room.told == [told("broken", name="nay")]

    def test_a_folder_that_is_taken_away(self, make_room: MakeRoom, tmp_path: Path) -> None:
        folder = write_run(tmp_path / "runs" / "nay", "done")
        room = make_room()
        folder.rename(tmp_path / "elsewhere")
        look(room)
        assert room.lines("runs") == []
        assert room.read("situation") == said("no-runs")
        assert room.lines("photos") == [said("no-samples")]

    def test_a_run_without_a_model_or_settings(self, make_room: MakeRoom, tmp_path: Path) -> None:
        folder = write_run(tmp_path / "runs" / "nay", "failed", message="Lỗi.")
        (folder / "run.json").unlink()
        room = make_room()
        room.turn_to("progress")
        for name in ("use", "pause"):
            room.press(name)
        assert room.told == [said("no-model"), told("cannot-go-on")]

    def test_a_paused_run_whose_process_is_still_ending(self, make_room: MakeRoom, tmp_path: Path) -> None:
        """THEN no second process is started beside it."""
        folder = write_run(tmp_path / "runs" / "nay", "paused")
        room = make_room()
        room.turn_to("progress")
        with FileLock(folder / ".lock"):
            room.press("pause")
        assert room.told == [told("still-ending")]
        assert not (folder / "output.log").exists()


class TestSamples:
    def test_captions_as_they_improve(self, make_room: MakeRoom, tmp_path: Path) -> None:
        folder = write_run(tmp_path / "runs" / "nay", epochs=1)
        room = make_room()
        room.turn_to("results")
        assert room.lines("photos")[1] == "hoc-sinh.jpg: một người đi xe"
        room.find(QListWidget, "photos").setCurrentRow(1)
        write_run(folder, epochs=2, epoch=4)
        look(room)
        assert room.find(QListWidget, "photos").currentRow() == 1
        assert room.lines("photos")[1] == "hoc-sinh.jpg: ba người đạp xe trên đường"
        assert room.read("story").split("\n") == [
            "Người viết: ba học sinh đạp xe trên đường làng", "Lượt 2: ba người đạp xe trên đường",
            "Lượt 1: một người đi xe",
        ]  # fmt: skip


class TestCurve:
    def test_its_words(self, make_room: MakeRoom, tmp_path: Path) -> None:
        write_run(tmp_path / "runs" / "nay", epochs=4)
        room = make_room()
        curve = room.find(TrainingCurve, "curve")
        told_of = QAccessible.queryAccessibleInterface(curve)
        assert told_of.text(QAccessible.Text.Name) == "Đường mất mát và điểm kiểm tra"
        assert told_of.text(QAccessible.Text.Description) == (
            "Qua 4 lượt, mất mát từ 3,10 thành 2,24. Điểm kiểm tra nay là 0,60, cao nhất là 0,62."
        )

    def test_points(self, tmp_path: Path) -> None:
        run = TrainingRun(write_run(tmp_path / "nay", epochs=4))
        run.refresh()
        losses = loss_points(run.losses, run.epochs)
        assert (losses[0][0], losses[-1][0]) == (0.0, 1.0)
        assert losses[0][1] > losses[-1][1]
        scores = score_points(run.losses, run.epochs)
        assert [score for _, score in scores] == [score for _, score in EPOCHS]
        last = 4 * STEPS - 1
        assert [round(share * last) for share, _ in scores] == [STEPS * n - 1 for n in (1, 2, 3, 4)]

    def test_many_steps_are_averaged(self) -> None:
        losses = {("captions", 1, step): float(step % 2) for step in range(100_000)}
        points = loss_points(losses, [])
        assert len(points) <= 400
        assert all(value == pytest.approx(0.5) for _, value in points)

    def test_without_steps_the_epochs_are_drawn(self, tmp_path: Path) -> None:
        run = TrainingRun(write_run(tmp_path / "nay", epochs=3))
        (run.folder / "steps.csv").unlink()
        run.refresh()
        assert loss_points(run.losses, run.epochs) == [(0.0, 3.1), (0.5, 2.52), (1.0, 2.31)]
        assert score_points(run.losses, run.epochs) == [(0.0, 0.35), (0.5, 0.55), (1.0, 0.62)]

    @pytest.mark.parametrize("theme", THEMES)
    def test_it_is_drawn_in_the_colours_of_the_theme(
        self, plain_theme: QApplication, make_room: MakeRoom, tmp_path: Path, theme: Theme
    ) -> None:
        apply_theme(plain_theme, Settings(theme=theme))
        write_run(tmp_path / "runs" / "nay", epochs=4)
        image = make_room().find(TrainingCurve, "curve").grab().toImage()
        pixels = Counter(
            QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())
        )
        colours = THEMES[theme]
        assert pixels.most_common(1)[0][0] == colours.field
        assert min(pixels[colours.field_text], pixels[colours.focus]) > 200


class TestAccess:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("page", PAGES)
    def test_every_letter_leads_to_one_control(
        self, make_room: MakeRoom, language: Language, page: str
    ) -> None:
        room = make_room(language=language)
        room.turn_to(page)
        widgets = [*room.window.findChildren(QLabel), *room.window.findChildren(QAbstractButton)]
        texts = [widget.text() for widget in widgets if widget.isVisible()]
        letters = Counter(found[1].lower() for text in texts if (found := re.search("&(\\w)", text)))
        assert sum(letters.values()) >= 4
        assert [letter for letter, times in letters.items() if times > 1] == []

    @pytest.mark.parametrize("state", ["training", "paused"])
    def test_the_button_that_changes_its_letter(
        self, make_room: MakeRoom, tmp_path: Path, state: str
    ) -> None:
        write_run(tmp_path / "runs" / "nay", state)
        for language in LANGUAGES:
            room = make_room(language=language)
            room.turn_to("progress")
            texts = [made.text() for made in room.window.findChildren(QAbstractButton) if made.isVisible()]
            texts += [label.text() for label in room.window.findChildren(QLabel) if label.isVisible()]
            letters = [found[1].lower() for text in texts if (found := re.search("&(\\w)", text))]
            assert len(letters) == len(set(letters)), language

    def test_names_and_sizes(self, room: Room) -> None:
        controls = [
            control
            for control in room.window.findChildren(QWidget)
            if control.objectName().startswith("training.")
        ]
        assert len(controls) == len({control.accessibleIdentifier() for control in controls}) > 25
        for control in controls:
            name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
            assert name
            assert not name.endswith(":")
            assert "&" not in name
            assert max(control.minimumHeight(), control.minimumSizeHint().height()) >= LEAST_SIZE_PX

    @pytest.mark.parametrize("page", PAGES)
    def test_the_tab_key_reaches_everything_in_order(self, room: Room, page: str) -> None:
        room.turn_to(page)
        room.find(QListWidget, "pages").setFocus()
        stops: list[QWidget] = []
        while (control := QApplication.focusWidget()) not in stops:
            stops.append(control)
            QTest.keyClick(control, Qt.Key.Key_Tab)
        (area,) = [area for area in room.window.findChildren(QScrollArea) if area.isVisible()]
        wanted = {
            control
            for control in area.findChildren(QWidget)
            if control.objectName().startswith("training.")
            and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        }
        assert set(stops[1:-2]) == wanted
        assert [control.objectName() for control in stops[-2:]] == ["training.status", "training.close"]

    def test_the_english_and_the_vietnamese_texts_have_the_same_places(self) -> None:
        vi, en = Messages("vi")._texts, Messages("en")._texts
        keys = [key for key in vi if key.startswith("training")]
        assert len(keys) > 100
        assert keys == [key for key in en if key.startswith("training")]
        for key in keys:
            assert set(re.findall(r"{\w+}", vi[key])) == set(re.findall(r"{\w+}", en[key])), key
