"""The folder of a run: one process at a time, one recipe, and the wishes of those who watch."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tiny import recipe_text, stage
from training.meter import Diverged
from training.recipe import Recipe, read_recipe
from training.run_folder import CONTROL_FILE, RunError, RunFolder, Start
from training.run_session import _explained, _told
from training.status import StatusFile, read_status


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    path = tmp_path / "toy.toml"
    net = {"language_model": {"name": "gpt2"}}
    path.write_text(recipe_text(stage("captions", "captions", train=["mapper."], epochs=3), net=net))
    return read_recipe(path)


def start(recipe: Recipe, **changes: str) -> Start:
    return replace(Start(arguments=["fit"], data="/photos", base=None, recipe=str(recipe.source)), **changes)


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    second = RunFolder(tmp_path / "run")
    with folder.alone(), pytest.raises(RunError, match="Another process"), second.alone():
        pass
    with RunFolder(tmp_path / "run").alone():
        pass


def test_a_run_knows_how_it_was_started(tmp_path: Path, recipe: Recipe) -> None:
    folder = RunFolder(tmp_path)
    assert folder.started() is None
    assert folder.recipe() is None
    folder.begin(start(recipe), recipe)
    raw = json.loads((tmp_path / "run.json").read_text())
    assert {"arguments", "data", "base", "recipe", "started", "format"} <= raw.keys()
    assert folder.recipe() == recipe
    before = (tmp_path / "run.json").read_text()
    folder.begin(start(recipe), recipe)  # going on
    assert (tmp_path / "run.json").read_text() == before


def test_another_recipe_or_other_data_are_refused_by_name(tmp_path: Path, recipe: Recipe) -> None:
    folder = RunFolder(tmp_path)
    folder.begin(start(recipe), recipe)
    longer = replace(recipe, stages=(replace(recipe.stages[0], epochs=5),))
    with pytest.raises(RunError, match=r"stages\.captions\.epochs is 3, asked for is 5"):
        folder.begin(start(recipe), longer)
    with pytest.raises(RunError, match="data is '/photos', asked for is '/others'"):
        folder.begin(start(recipe, data="/others"), recipe)
    assert folder.recipe() == recipe


def test_wishes_are_read_when_the_file_changes(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    control = tmp_path / CONTROL_FILE
    assert folder.wish() == "run"
    for number, (text, wish) in enumerate(
        [('{"wish": "pause"}', "pause"), ('{"wi', "pause"), ('{"wish": "stop"}', "stop"), ("{}", "stop")]
    ):
        control.write_text(text)
        os.utime(control, ns=(number + 1, number + 1))  # writes within one tick of the clock
        assert folder.wish() == wish
    folder.go_on()
    assert folder.wish() == "run"


def test_status_is_whole_and_says_who_writes(tmp_path: Path) -> None:
    with StatusFile(tmp_path) as file:
        file.update(state="training", epoch=2, loss=1.5)
        status = read_status(tmp_path)
        assert status
        assert (status.state, status.epoch, status.loss, status.pid) == ("training", 2, 1.5, os.getpid())
        file.update(step=7)
    status = read_status(tmp_path)
    assert status
    assert status.step == 7
    assert read_status(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "disk is full"),
        (MemoryError(), "memory is full"),
        (Diverged("The loss is nan."), "loss is nan"),
        (RunError("Another process."), "Another process"),
    ],
)
def test_failures_a_person_can_do_something_about(tmp_path: Path, error: Exception, sentence: str) -> None:
    with StatusFile(tmp_path) as file, pytest.raises(RunError, match=sentence), _told(file):
        raise error
    status = read_status(tmp_path)
    assert status
    assert status.state == "failed"
    assert sentence in status.message


def test_other_failures_keep_their_trace(tmp_path: Path) -> None:
    with StatusFile(tmp_path) as file, pytest.raises(ZeroDivisionError), _told(file):
        raise ZeroDivisionError("by nothing")
    status = read_status(tmp_path)
    assert status
    assert status.message == "ZeroDivisionError: by nothing"
    assert _explained(ValueError()) is None
