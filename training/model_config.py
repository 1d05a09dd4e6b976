"""The configuration of the model a recipe makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.backbones import (
    encoder_preprocessing,
    language_model_vocabulary,
    pin_language_model,
    pin_parts,
)
from engine.config import ModelConfig
from training.recipe import Recipe
from training.vocabulary import END_ID, PAD_ID, save_tokenizer

PINS_FILE = "networks.json"
"""In the folder of a run: the commits that were fetched, ``encoder`` and ``language_model`` -> scheme
string."""

TOKENIZER_FILE = "tokenizer.json"


def model_config(recipe: Recipe, run: Path) -> ModelConfig:
    """The configuration, with published networks named by commit and SHA-256.

    A published language model brings its tokenizer, which is written to the folder of the run.

    Raises:
        ModelError: a network is not on this computer or cannot be used.
    """
    net = pin_parts(_fetched(recipe.net, run))
    language_model = pin_language_model(net["language_model"])
    end_id, pad_id = END_ID, PAD_ID
    if is_published(language_model):
        vocabulary = language_model_vocabulary(language_model)
        end_id, pad_id = vocabulary.end_id, vocabulary.pad_id
        save_tokenizer(vocabulary.tokenizer, run / TOKENIZER_FILE)
    return ModelConfig(
        name=recipe.name,
        net=net | {"language_model": language_model},
        preprocessing=recipe.preprocessing or encoder_preprocessing(net["encoder"]),
        end_id=end_id,
        pad_id=pad_id,
        licence=recipe.licence,
        recipe=recipe.source.name,
    )


def is_published(language_model: Mapping[str, Any]) -> bool:
    """Whether a language model has a scheme string, and not a table of sizes."""
    return ":" in str(language_model["name"])


def _fetched(net: Mapping[str, Any], run: Path) -> dict[str, Any]:
    """The networks under the commits that ``training.fetch`` noted down for this run."""
    file = run / PINS_FILE
    pins: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {part: {**table, "name": pins[part]} if part in pins else table for part, table in net.items()}
