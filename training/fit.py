"""Trains a network by a recipe."""

from __future__ import annotations

from pathlib import Path

from engine import checkpoint
from engine.config import MODEL_FILE, is_frozen
from training.distributed import Team
from training.loop import Plan, train
from training.lora import finish_lora
from training.material import Material
from training.observing import Nobody, Observer, Outcome
from training.recipe import Recipe, Stage


def fit(recipe: Recipe, data: Path, run: Path) -> Path:
    """Train by a recipe in this process, on the CPU, to the end; see ``train_run``.

    Returns:
        The trained model, a safetensors file.
    """
    train_run(recipe, data, run, Team(), Nobody())
    return run / MODEL_FILE


def train_run(recipe: Recipe, data: Path, run: Path, team: Team, observer: Observer) -> Outcome:
    """Train by a recipe, or go on with a run that was stopped.

    The trained model is in ``model.safetensors`` of the run's folder, unless the outcome is ``paused``.

    Args:
        recipe: what to train.
        data: folder of the datasets.
        run: folder of this run: its state, history, features and result.
        team: the processes that train together.
        observer: is told how far it is, and may wish it to end.

    Raises:
        DataError, RecipeError, ModelError: something needed is absent or does not fit.
        Diverged: the loss is no number any more.
    """
    material = Material(recipe, data, run, team)
    network = material.build_network()

    def validate(stage: Stage, epoch: int) -> float | None:
        if stage.objective == "text":
            return None  # text alone says nothing of captions: the last weights are taken
        score = material.validate(network)
        if team.is_main:
            observer.sampled(material.samples(network, stage.name, epoch))
        return score

    plan = Plan(
        stages=recipe.stages,
        objective=lambda stage: material.objective(network, stage),
        validate=validate,
        seed=recipe.seed,
        folder=run,
        published=checkpoint.frozen_prefixes(material.config),
        precision=recipe.precision,
        team=team,
        observer=observer,
    )
    outcome = train(network, plan)
    if outcome != "paused" and team.is_main:
        finish_lora(network, apart=is_frozen(material.config.net, "language_model"))
        checkpoint.save(network.eval(), material.config, run / MODEL_FILE)
    return outcome
