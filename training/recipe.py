"""A recipe: everything that makes a trained model, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.config import Preprocessing, is_frozen

Objective = Literal["text", "captions", "cider", "to-english", "to-vietnamese", "to-vietnamese-mixed"]


class RecipeError(Exception):
    """A recipe cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stretch of training.

    Attributes:
        name: for logs and files; unique in the recipe.
        objective: ``text`` trains the language model on sentences alone, ``captions`` the network on
            photos and their captions, both by cross-entropy; ``cider`` is self-critical training
            (Rennie et al. 2017): sentences are sampled and rewarded by CIDEr-D. The others train translators,
            see ``training.more_captions``.
        train: prefixes of the names of the parameters that are trained; the rest is frozen.
        epochs: passes over the sentences or photos.
        learning_rate: of AdamW, at its peak.
        learning_rate_encoder: the same for encoder parameters; they are pretrained and need less.
        batch_size: sentences a step; photos a step for ``cider``.
        warmup: share of the steps during which the learning rate rises linearly; it then falls to 0 along
            a cosine.
        weight_decay: of matrices only.
        dropout: in mapper and language model.
        label_smoothing: of the cross-entropy.
        ema: decay per step of the moving average of the weights that is validated and kept; 0 keeps the
            weights themselves.
        augment: cut the photos at random while the encoder is trained; flipping happens in any case.
        samples: sentences sampled per photo for ``cider``.
        temperature: of the sampling; below 1 it keeps the improbable tokens out that label smoothing has made
            likelier than they are. Without that long sentences nearly always hold one, and training by reward
            learns to be brief.
    """

    name: str
    objective: Objective
    train: tuple[str, ...]
    epochs: int
    learning_rate: float
    learning_rate_encoder: float = 0.0
    batch_size: int = 64
    warmup: float = 0.05
    weight_decay: float = 0.05
    dropout: float = 0.0
    label_smoothing: float = 0.0
    ema: float = 0.0
    augment: bool = False
    samples: int = 5
    temperature: float = 1.0

    @property
    def trains_encoder(self) -> bool:
        """Whether features change during the stage, so that they cannot be cached."""
        return any(prefix.startswith("encoder") for prefix in self.train)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one model is made.

    Attributes:
        name: of the model.
        licence: of the trained weights, in words.
        seed: of everything random.
        net: tables ``encoder``, ``mapper`` and ``language_model``, see ``engine.checkpoint``. What a table
            says is ``frozen`` stays as published and is not stored with the model.
        encoder_package: Python package that carries the encoder's weights; empty to take the published
            weights the encoder's name stands for.
        preprocessing: pixels -> encoder input; ``None`` for that of the encoder's weights.
        text_exclude: sources of ``text/captions.jsonl`` that are left out.
        stages: in order.
        translation: stages of the translators that make more captions; empty to do without.
        translator: their size, see ``training.translation.Translator``.
        source: the file.
    """

    name: str
    licence: str
    seed: int
    net: Mapping[str, Any]
    encoder_package: str
    preprocessing: Preprocessing | None
    text_exclude: tuple[str, ...]
    stages: tuple[Stage, ...]
    translation: tuple[Stage, ...] = ()
    translator: Mapping[str, int] = field(default_factory=dict)
    source: Path = field(default=Path())


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        RecipeError: it is absent, not TOML, or lacks a key or has an unknown one.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        stages = tuple(Stage(**_tuples(stage)) for stage in raw.pop("stages"))
        translation = tuple(Stage(**_tuples(stage)) for stage in raw.pop("translation", ()))
        table = raw.pop("preprocessing", None)
        preprocessing = Preprocessing(**_tuples(table)) if table else None
        recipe = Recipe(
            **_tuples(raw),
            preprocessing=preprocessing,
            stages=stages,
            translation=translation,
            source=path,
        )
    except FileNotFoundError as exc:
        raise RecipeError(f"There is no recipe {path}. Recipes are in training/recipes.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as exc:
        raise RecipeError(f"Cannot use the recipe {path}: {exc}.") from exc
    names = [stage.name for stage in (*recipe.stages, *recipe.translation)]
    if len(set(names)) < len(names):
        raise RecipeError(f"Cannot use the recipe {path}: two stages have one name in {', '.join(names)}.")
    _check_frozen(recipe)
    return recipe


def _check_frozen(recipe: Recipe) -> None:
    for part in ("encoder", "language_model"):
        if not is_frozen(recipe.net, part):
            continue
        training = [
            stage.name
            for stage in recipe.stages
            if any(prefix.startswith(part) or part.startswith(prefix) for prefix in stage.train)
        ]
        if training:
            raise RecipeError(
                f"Cannot use the recipe {recipe.source}: the {part} is frozen, but trained in the stage "
                f"{', '.join(training)}."
            )
        if part == "encoder" and recipe.encoder_package:
            raise RecipeError(
                f"Cannot use the recipe {recipe.source}: the encoder is frozen, so its weights cannot come "
                f"from {recipe.encoder_package}."
            )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    """TOML's arrays as tuples, since the dataclasses are frozen."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
