"""The model whose training goes on: its network in torch, its config, its tokenizer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine import checkpoint
from engine.config import MODEL_FILE, ModelConfig
from engine.contract import ModelMissing
from engine.nets.clipcap import ClipCap
from engine.store import CONFIG_FILE, ModelFolder, ModelStore, open_folder
from training.from_graphs import network_from_graphs
from training.model_config import TOKENIZER_FILE
from training.overrides import overridden
from training.recipe import Recipe, read_recipe

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A model to start from.

    Attributes:
        model: what it was asked for by.
        config: its configuration.
        network: with its weights, on the CPU, in evaluation mode.
        tokenizer_file: its ``tokenizer.json``.
    """

    model: str
    config: ModelConfig
    network: ClipCap
    tokenizer_file: Path


def load_base(model: str) -> Base:
    """Load a model for further training.

    Args:
        model: a checkpoint (``model.safetensors`` beside its ``tokenizer.json``); the folder of a run or a
            model folder; or the name of a model that ships with the program. Where a model has no
            ``model.safetensors``, as the embedded one, its weights are read out of its graphs.

    Raises:
        ModelMissing: there is no such model, or it lacks its tokenizer or weights.
        ModelCorrupt: a file is damaged.
        ModelMismatch: weights of the network are not found; names them.
    """
    path = Path(model)
    if path.is_dir() and not (path / CONFIG_FILE).is_file():  # the folder of a run
        path /= MODEL_FILE
    if path.suffix == Path(MODEL_FILE).suffix:
        network, config = checkpoint.load(path)
        return Base(
            model=model, config=config, network=network, tokenizer_file=_tokenizer_beside(path, config)
        )
    folder = open_folder(path) if path.is_dir() else ModelStore().find(model)
    return Base(
        model=model,
        config=folder.config,
        network=_network(folder),
        tokenizer_file=folder.file(TOKENIZER_FILE),
    )


def recipe_for_base(base: Base, template: Path, overrides: Mapping[str, Any]) -> Recipe:
    """How a model is trained further.

    Args:
        base: the model.
        template: a recipe whose stages, seed and licence are taken.
        overrides: what is to be different, see ``training.overrides``.

    Returns:
        The recipe, with network and preprocessing of the model.

    Raises:
        RecipeError: no such recipe, an impossible value, or a part is trained that is to stay as published.
    """
    recipe = replace(
        read_recipe(template),
        base=base.model,
        net=base.config.net,
        preprocessing=base.config.preprocessing,
    )
    return overridden(recipe, overrides)


def _network(folder: ModelFolder) -> ClipCap:
    if MODEL_FILE in folder.config.files:
        return checkpoint.load(folder.file(MODEL_FILE))[0]
    _log.info("%s has no %s: its weights are read out of its graphs", folder.name, MODEL_FILE)
    return network_from_graphs(folder)


def _tokenizer_beside(path: Path, config: ModelConfig) -> Path:
    file = path.parent / TOKENIZER_FILE
    if not file.is_file():
        raise ModelMissing(
            f"Cannot train model {config.name} further: {file} is absent. Put the tokenizer it was trained "
            "with there."
        )
    return file
