"""Trains a network by a recipe."""

from __future__ import annotations

from pathlib import Path

from engine import checkpoint
from training.loop import Plan, train
from training.material import Material
from training.recipe import Recipe

MODEL_FILE = "model.safetensors"


def fit(recipe: Recipe, data: Path, run: Path) -> Path:
    """Train by a recipe, or go on with a run that was stopped.

    Args:
        recipe: what to train.
        data: folder of the datasets.
        run: folder of this run: its state, history, features and result.

    Returns:
        The trained model, a safetensors file.

    Raises:
        DataError, ModelError: something needed is absent or does not fit.
        ValueError: a stage trains parameters that the network does not have.
    """
    run.mkdir(parents=True, exist_ok=True)
    material = Material(recipe, data, run)
    network = material.build_network()
    plan = Plan(
        stages=recipe.stages,
        objective=lambda stage: material.objective(network, stage),
        # Text alone says nothing of captions: the last weights are taken.
        validate=lambda stage: None if stage.objective == "text" else material.validate(network),
        seed=recipe.seed,
        folder=run,
    )
    train(network, plan)
    model = run / MODEL_FILE
    checkpoint.save(network.eval(), material.config, model)
    return model
