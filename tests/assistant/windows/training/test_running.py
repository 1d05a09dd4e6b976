"""Starting, pausing, resuming, ending runs; windows come and go meanwhile."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QProgressBar, QPushButton, QSpinBox

from assistant.windows.training_runs import TrainingRuns
from tests.assistant.windows.training.conftest import MakeRoom
from tests.assistant.windows.training.room import LIMIT_S, Room, make_data, said, told
from tests.assistant.windows.training.run_files import write_run
from tests.fakes import wait_until

pytestmark = pytest.mark.slow


def runs_of(room: Room) -> TrainingRuns:
    found = room.window.findChild(TrainingRuns)
    assert found
    return found


def process_of(room: Room, name: str) -> int:
    return int(json.loads((room.workshop.folder / name / "status.json").read_text())["pid"])


class TestStarting:
    def test_from_a_folder_to_a_model_in_use(self, room: Room, tmp_path: Path) -> None:
        """GIVEN the defaults, WHEN a run is started, THEN it is followed to its end and its model used."""
        room.start(make_data(tmp_path / "Ảnh làng"))
        assert room.told[-1] == told("started", name="của-tôi")
        assert room.page == "progress"
        assert room.find(QListWidget, "runs").hasFocus()
        room.hear(told("done", name="của-tôi"))
        assert room.lines("runs") == ["của-tôi: đã xong"]
        assert room.find(QProgressBar, "bar").value() == 100
        assert room.lines("epochs-so-far")[1] == (
            "Lượt 2, mất mát 2,20, điểm kiểm tra 0,40, mất chưa đến một phút"
        )
        room.press("use")
        room.hear(said("in-use", name="của-tôi"))
        assert room.wanted == ["của-tôi"]
        assert [model.name for model in room.workshop.shelf.store] == ["của-tôi", "starter"]

    def test_the_options_reach_the_command(self, room: Room, tmp_path: Path) -> None:
        data = make_data(tmp_path / "Ảnh làng")
        room.check(data)
        room.turn_to("options")
        assert room.find(QLineEdit, "name").text() == "ảnh-làng"
        room.find(QComboBox, "part").setCurrentIndex(1)
        assert "LoRA" in room.read("help")
        room.find(QComboBox, "rate").setCurrentIndex(2)
        room.find(QSpinBox, "epochs").setValue(1)
        room.press("start")
        room.hear(told("done", name="ảnh-làng"))
        folder = room.workshop.folder / "ảnh-làng"
        assert json.loads((folder / "run.json").read_text())["arguments"] == [
            "fit", "--data", str(data), "--base", str(tmp_path / "builtin" / "starter"), "--train", "lora",
            "--epochs", "1", "--learning-rate", "3e-4", "--name", "ảnh-làng", "--out", str(folder),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "problem"),
        [("", "bad-name"), ("a/b", "bad-name"), ("..", "bad-name"), ("a b", "bad-name"),
         ("cuối.", "bad-name"), ("starter", "name-of-model"), ("cũ", "name-of-run")],
    )  # fmt: skip
    def test_names_that_cannot_be_had(self, room: Room, tmp_path: Path, name: str, problem: str) -> None:
        write_run(room.workshop.folder / "cũ", "paused")
        room.start(make_data(tmp_path / "ảnh"), name)
        assert room.told[-1] == said(problem)
        assert room.find(QLineEdit, "name").hasFocus()
        assert [path.name for path in room.workshop.folder.iterdir()] == ["cũ"]

    def test_a_process_that_ends_before_it_began(self, room: Room, tmp_path: Path) -> None:
        """GIVEN data that vanished after the check, THEN its last words are told and nothing is left."""
        data = make_data(tmp_path / "ảnh")
        room.check(data)
        (data / "captions.csv").unlink()
        room.turn_to("options")
        room.write("name", "x")
        room.press("start")
        room.hear(told("not-begun", reason=f"There is no dataset in {data}."))
        assert room.lines("runs") == []
        assert list(room.workshop.folder.iterdir()) == []

    def test_a_process_that_fails_before_it_noted_down_what_it_was_to_do(
        self, room: Room, tmp_path: Path
    ) -> None:
        """THEN its reason is told once, and its name is free again."""
        data = make_data(tmp_path / "ảnh")
        (data / "bad-base").touch()
        for attempt in (1, 2):
            room.start(data)
            wait_until(lambda: room.lines("runs") == [], LIMIT_S)
            reasons = [sentence for sentence in room.told if "The base cannot be used." in sentence]
            assert len(reasons) == attempt

    def test_a_run_that_fails_says_why_and_can_go_on(self, room: Room, tmp_path: Path) -> None:
        data = make_data(tmp_path / "ảnh", explode=True)
        room.start(data)
        room.hear(told("failed-why", name="của-tôi", reason="The loss is not a number."))
        assert "Lý do: The loss is not a number." in room.read("situation").splitlines()
        (data / "explode").unlink()
        room.press("pause")
        room.hear(told("done", name="của-tôi"))


class TestControl:
    def test_pause_and_go_on(self, room: Room, tmp_path: Path) -> None:
        """GIVEN a run in its first epoch, WHEN it is paused and goes on, THEN no step is done twice."""
        room.start(make_data(tmp_path / "ảnh", slow_s=0.15))
        room.wait_for_state("của-tôi", "training")
        wait_until(lambda: "đang học" in room.lines("runs")[0], LIMIT_S)
        room.press("pause")
        assert room.told[-1] == told("pausing")
        room.hear(told("paused", name="của-tôi"))
        button = room.find(QPushButton, "pause")
        assert button.accessibleName() == "Chạy tiếp"
        room.press("pause")
        assert room.told[-1] == told("going-on", name="của-tôi")
        assert room.lines("runs") == ["của-tôi: đang chuẩn bị"]
        room.hear(told("done", name="của-tôi"))
        rows = (room.workshop.folder / "của-tôi" / "steps.csv").read_text().splitlines()[1:]
        places = [tuple(row.split(",")[1:3]) for row in rows]
        assert len(places) == len(set(places)) == 40

    def test_stopped_for_good(self, room: Room, tmp_path: Path) -> None:
        room.start(make_data(tmp_path / "ảnh", slow_s=0.1))
        room.wait_for_state("của-tôi", "training")
        wait_until(lambda: "đang học" in room.lines("runs")[0], LIMIT_S)
        room.press("use")
        assert room.told[-1] == said("use-later")
        room.press("stop")
        room.hear(told("stopped", name="của-tôi"))
        assert room.lines("runs") == ["của-tôi: đã dừng hẳn"]
        room.press("stop")
        assert room.told[-1] == told("not-running")
        room.press("use")
        room.hear(said("in-use", name="của-tôi"))

    def test_killed(self, room: Room, tmp_path: Path) -> None:
        """GIVEN kill -9, THEN the person hears that it ended abruptly, and it goes on where it was."""
        room.start(make_data(tmp_path / "ảnh", slow_s=0.1))
        room.wait_for_state("của-tôi", "training")
        wait_until(lambda: "đang học" in room.lines("runs")[0], LIMIT_S)
        os.kill(process_of(room, "của-tôi"), signal.SIGKILL)
        room.hear(told("broken", name="của-tôi"))
        assert room.lines("runs") == ["của-tôi: đã dừng đột ngột, có thể chạy tiếp"]
        room.press("pause")
        room.hear(told("done", name="của-tôi"))

    def test_nothing_to_control(self, room: Room) -> None:
        room.turn_to("progress")
        for name in ("pause", "stop", "use"):
            room.press(name)
        assert room.told == [said("no-runs")] * 3


class TestWindows:
    def test_a_run_outlives_its_window_and_is_found_again(self, make_room: MakeRoom, tmp_path: Path) -> None:
        """GIVEN a run, WHEN its window is closed and gone, THEN another window finds and follows it."""
        first = make_room()
        first.start(make_data(tmp_path / "ảnh", slow_s=0.1))
        first.wait_for_state("của-tôi", "training")
        process = process_of(first, "của-tôi")
        assert os.getsid(process) == process
        first.press("close")
        runs_of(first).close()
        second = make_room()
        assert second.page == "progress"
        wait_until(lambda: "đang học" in second.lines("runs")[0], LIMIT_S)
        assert process_of(second, "của-tôi") == process
        second.hear(told("done", name="của-tôi"))
        assert told("done", name="của-tôi") not in first.told

    def test_a_closed_window_tells_of_the_end_alone(self, room: Room, tmp_path: Path) -> None:
        room.start(make_data(tmp_path / "ảnh", slow_s=0.02))
        room.press("close")
        before = len(room.told)
        room.hear(told("done", name="của-tôi"))
        assert all("Lượt" not in sentence for sentence in room.told[before:])
        room.window.show()
        assert room.lines("runs") == ["của-tôi: đã xong"]

    def test_the_folder_of_the_runs_cannot_be_written_to(self, room: Room, tmp_path: Path) -> None:
        room.workshop.folder.parent.mkdir(exist_ok=True)
        room.workshop.folder.write_text("a file where the folder should be")
        room.start(make_data(tmp_path / "ảnh"))
        assert room.told[-1] == room.window._messages.text("training-storage.failed")
