"""Training end to end on a toy dataset: it learns, it freezes what it must, it survives a kill."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine import checkpoint
from training import loop
from training.batches import StepRandom
from training.fit import fit
from training.freezing import freeze_all_but, set_dropout
from training.material import Material
from training.recipe import Decay, Recipe, RecipeError
from training.schedule import learning_rate_factor

pytestmark = pytest.mark.slow


def test_learns_to_name_the_colour(recipe: Recipe, toy_data: Path, trained: Path) -> None:
    """GIVEN captions that name a photo's colour, THEN validation captions come near the best possible."""
    network, config = checkpoint.load(trained)
    score = Material(recipe, toy_data, trained.parent).validate(network)
    constant = 7.3 / 4  # one sentence for all photos is right for a quarter of them
    assert score > 1.5 * constant
    assert config.name == "toy"


def test_history_and_stages(recipe: Recipe, trained: Path) -> None:
    rows = (trained.parent / "history.csv").read_text().splitlines()
    assert rows[0] == "stage,epoch,loss,score,seconds"
    assert len(rows) == 1 + sum(stage.epochs for stage in recipe.stages)
    text_losses = [float(row.split(",")[2]) for row in rows[1:7]]
    assert text_losses[-1] < 0.75 * text_losses[0]


def test_a_finished_run_is_not_trained_again(recipe: Recipe, toy_data: Path, trained: Path) -> None:
    before = load_file(trained)
    began = time.monotonic()
    fit(recipe, toy_data, trained.parent)
    assert time.monotonic() - began < 20
    after = load_file(trained)
    assert all(torch.equal(before[name], after[name]) for name in before)


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.slow
@pytest.mark.parametrize("kill_at", [3, 25, 33])
def test_a_stopped_run_ends_with_the_same_weights(
    recipe: Recipe, toy_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    """GIVEN a run that saves at each step and is stopped in the middle of an epoch, WHEN it is started again,
    THEN it ends with exactly the weights of a run that was never stopped.
    """
    short = replace(recipe, stages=tuple(replace(stage, epochs=2) for stage in recipe.stages))
    whole = load_file(fit(short, toy_data, tmp_path / "whole"))
    monkeypatch.setattr(loop, "SAVE_EVERY_S", 0.0)
    step = loop._StageRun._step
    count = 0

    def counted(self: loop._StageRun, *args: object) -> float:
        nonlocal count
        count += 1
        if count == kill_at:
            raise Killed
        return step(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(loop._StageRun, "_step", counted)
    with pytest.raises(Killed):
        fit(short, toy_data, tmp_path / "stopped")
    resumed = load_file(fit(short, toy_data, tmp_path / "stopped"))
    assert whole.keys() == resumed.keys()
    for name in whole:
        assert torch.equal(whole[name], resumed[name]), name


def test_frozen_parameters_never_get_a_gradient(recipe: Recipe, toy_data: Path, tmp_path: Path) -> None:
    material = Material(recipe, toy_data, tmp_path)
    network = material.build_network()
    stage = replace(recipe.stages[1], train=("mapper.",))
    trained = freeze_all_but(network, stage.train)
    objective = material.objective(network, stage)
    objective.loss([0, 1, 2, 3], StepRandom(0)).total.backward()
    assert {name.partition(".")[0] for name in trained} == {"mapper"}
    for name, parameter in network.named_parameters():
        assert (parameter.grad is not None) == name.startswith("mapper."), name


def test_prefix_without_parameters_is_refused(recipe: Recipe, toy_data: Path, tmp_path: Path) -> None:
    network = Material(recipe, toy_data, tmp_path).build_network()
    with pytest.raises(RecipeError, match="mappr"):
        freeze_all_but(network, ("mappr.",))


def test_dropout_leaves_attention_alone(recipe: Recipe, toy_data: Path, tmp_path: Path) -> None:
    network = Material(recipe, toy_data, tmp_path).build_network()
    set_dropout(network, 0.3)
    rates = {
        name.endswith("attn_dropout"): module.p
        for name, module in network.named_modules()
        if isinstance(module, torch.nn.Dropout) and not name.startswith("encoder")
    }
    assert rates == {True: 0.0, False: 0.3}


@pytest.mark.parametrize("decay", ["cosine", "linear"])
def test_learning_rate_rises_and_falls(decay: Decay) -> None:
    factors = [learning_rate_factor(step, 100, 0.1, decay) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9] == pytest.approx(1.0)
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert 0 < factors[-1] < 0.02
    if decay == "linear":
        assert factors[55] == pytest.approx(0.5)
