"""Trains a network by a recipe."""

from __future__ import annotations

from pathlib import Path

import torch

from engine import checkpoint
from engine.config import MODEL_FILE
from training.loop import Plan, train
from training.material import Material
from training.recipe import Recipe


def best_device() -> str:
    """The GPU where torch can use one, else the CPU.

    Not run: training on a GPU.
    """
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return accelerator.type if accelerator else "cpu"


def fit(recipe: Recipe, data: Path, run: Path, device: str = "cpu") -> Path:
    """Train by a recipe, or go on with a run that was stopped.

    Args:
        recipe: what to train.
        data: folder of the datasets.
        run: folder of this run: its state, history, features and result.
        device: where to train: ``cpu``, ``cuda`` or ``mps``.

    Returns:
        The trained model, a safetensors file.

    Raises:
        DataError, ModelError: something needed is absent or does not fit.
        ValueError: a stage trains parameters that the network does not have.
    """
    run.mkdir(parents=True, exist_ok=True)
    material = Material(recipe, data, run, device)
    network = material.build_network()
    plan = Plan(
        stages=recipe.stages,
        objective=lambda stage: material.objective(network, stage),
        # Text alone says nothing of captions: the last weights are taken.
        validate=lambda stage: None if stage.objective == "text" else material.validate(network),
        seed=recipe.seed,
        folder=run,
        published=checkpoint.frozen_prefixes(material.config),
    )
    train(network, plan)
    model = run / MODEL_FILE
    checkpoint.save(network.eval(), material.config, model)
    return model
