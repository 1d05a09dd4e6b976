"""The folder of a run, read while another process writes it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.training_run import Epoch, TrainingRun
from assistant.training_status import RunState, Status
from tests.assistant.windows.training.run_files import EPOCHS, STEPS, write_run, write_status


@pytest.fixture
def run(tmp_path: Path) -> TrainingRun:
    return TrainingRun(write_run(tmp_path / "làng"))


class TestStatus:
    def test_what_the_file_says(self, run: TrainingRun) -> None:
        status = run.status()
        assert status.state is RunState.TRAINING
        assert (status.stage, status.epoch, status.epochs, status.step, status.steps) == (
            "captions",
            3,
            10,
            30,
            60,
        )
        assert status.eta_s == 1500.0
        assert status.share == pytest.approx((2 + 0.5) / 10)

    @pytest.mark.parametrize(
        ("status", "share"),
        [
            (Status(state=RunState.PREPARING), 0.0),
            (Status(state=RunState.DONE, epoch=4, epochs=10), 1.0),
            (Status(state=RunState.FEATURES, epoch=0, epochs=10, step=9, steps=10), 0.09),
            (Status(state=RunState.TRAINING, epoch=10, epochs=10, step=9, steps=9), 1.0),
        ],
    )
    def test_share(self, status: Status, share: float) -> None:
        assert status.share == pytest.approx(share)

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "{}", '{"state": "dancing", "updated": 1}', '{"state": "done"}']
    )
    def test_a_file_that_makes_no_sense(self, run: TrainingRun, text: str) -> None:
        (run.folder / "status.json").write_text(text)
        assert run.status() == Status(state=RunState.BROKEN)

    def test_a_number_that_is_none(self, run: TrainingRun) -> None:
        write_status(run.folder, eta_s=float("nan"))
        assert run.status().eta_s is None

    @pytest.mark.parametrize("state", ["preparing", "training", "exporting"])
    def test_nobody_at_work(self, run: TrainingRun, state: str) -> None:
        """GIVEN a status that grew old, THEN the run is broken unless somebody holds its lock."""
        write_status(run.folder, state, updated=time.time() - 60)
        assert run.status().state is RunState.BROKEN
        assert run.status().epoch == 3
        with FileLock(run.folder / ".lock"):
            assert run.status().state == state

    def test_a_fresh_status_needs_no_lock(self, run: TrainingRun) -> None:
        write_status(run.folder, updated=100.0)
        assert run.status(now_s=104.0).state is RunState.TRAINING
        assert run.status(now_s=106.0).state is RunState.BROKEN

    @pytest.mark.parametrize("state", ["done", "paused", "stopped", "failed"])
    def test_an_end_does_not_grow_old(self, run: TrainingRun, state: str) -> None:
        write_status(run.folder, state, updated=1.0)
        assert run.status().state == state

    def test_a_folder_that_went_away(self, tmp_path: Path) -> None:
        assert TrainingRun(tmp_path / "không có").status().state is RunState.BROKEN


class TestLogs:
    def test_all_of_them(self, run: TrainingRun) -> None:
        run.refresh()
        assert len(run.losses) == 2 * STEPS
        assert next(iter(run.losses)) == ("captions", 1, 1)
        assert run.epochs == [Epoch("captions", 1, *EPOCHS[0], 41.0), Epoch("captions", 2, *EPOCHS[1], 42.0)]
        assert [(sample.epoch, sample.file.name) for sample in run.samples][2:4] == [
            (1, "meo.jpg"),
            (2, "cho-noi.jpg"),
        ]

    def test_only_what_is_new_is_read(self, run: TrainingRun) -> None:
        """GIVEN a line that is only half there, THEN it counts once it is whole."""
        run.refresh()
        with (run.folder / "steps.csv").open("a") as file:
            file.write("captions,3,1,2.0,0.1,350\ncaptions,3,2,1.")
            file.flush()
            run.refresh()
            assert list(run.losses)[-1] == ("captions", 3, 1)
            file.write("5,0.1,350\n")
        run.refresh()
        assert run.losses["captions", 3, 2] == 1.5
        assert len(run.losses) == 2 * STEPS + 2

    def test_lines_that_make_no_sense_are_left_out(self, run: TrainingRun) -> None:
        with (run.folder / "steps.csv").open("a") as file:
            file.write(
                "captions,x,1,2.0,0.1,350\ncaptions,3\ncaptions,3,1,nan,0.1,350\ncaptions,3,2,2.0,0.1,350\n"
            )
        with (run.folder / "samples.jsonl").open("a") as file:
            file.write('{"stage": "captions"}\nnull\n[\n')
        run.refresh()
        assert len(run.losses) == 2 * STEPS + 1
        assert len(run.samples) == 6

    def test_a_run_that_took_back_what_it_wrote(self, run: TrainingRun) -> None:
        """GIVEN a run killed in its second epoch, WHEN it goes on, THEN what it cut off is forgotten."""
        run.refresh()
        for name, kept in (("steps.csv", 1 + STEPS), ("history.csv", 2), ("samples.jsonl", 3)):
            path = run.folder / name
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:kept]))
        run.refresh()
        assert len(run.losses) == STEPS
        assert len(run.epochs) == 1
        assert {sample.epoch for sample in run.samples} == {1}

    def test_nothing_there(self, tmp_path: Path) -> None:
        run = TrainingRun(tmp_path)
        run.refresh()
        assert (run.losses, run.epochs, run.samples, run.model, run.arguments) == ({}, [], [], None, None)
        assert run.last_words() == ""


def test_wishes(run: TrainingRun) -> None:
    for wish in ("pause", "stop", "run"):
        run.wish(wish)  # type: ignore[arg-type]
        assert json.loads((run.folder / "control.json").read_text()) == {"wish": wish}


def test_a_model_is_there_once_it_is_whole(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path / "x")
    (run.folder / "model").mkdir(parents=True)
    assert run.model is None
    (run.folder / "model" / "config.json").touch()
    assert run.model == run.folder / "model"


def test_last_words(run: TrainingRun) -> None:
    (run.folder / "output.log").write_text("12:00 learning\nIt went wrong.\n\n", encoding="utf-8")
    assert run.last_words() == "It went wrong."
