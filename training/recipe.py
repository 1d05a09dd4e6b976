"""A recipe: everything that makes a trained model, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from engine.config import Preprocessing, is_frozen

LORA = "lora"
"""Among the prefixes that a stage trains: low-rank changes of the language model's matrices."""

Decay = Literal["cosine", "linear"]
Precision = Literal["fp32", "bf16"]

Objective = Literal["text", "captions", "cider", "to-english", "to-vietnamese", "to-vietnamese-mixed"]


class RecipeError(Exception):
    """A recipe cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lora:
    """Low-rank changes of the language model (Hu et al. 2021), for the stages that train ``lora``.

    Attributes:
        rank: of the change of each matrix.
        alpha: the change is scaled by ``alpha / rank``.
        dropout: on what goes into the change.
    """

    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.0

    @property
    def scale(self) -> float:
        """What the product of the two small matrices is multiplied by."""
        return self.alpha / self.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stretch of training.

    Attributes:
        name: for logs and files; unique in the recipe.
        objective: ``text`` trains the language model on sentences alone, ``captions`` the network on
            photos and their captions, both by cross-entropy; ``cider`` is self-critical training
            (Rennie et al. 2017): sentences are sampled and rewarded by CIDEr-D. The others train translators,
            see ``training.more_captions``.
        train: prefixes of the names of the parameters that are trained; the rest is frozen. ``lora`` stands
            for low-rank changes of the language model instead of its own weights.
        epochs: passes over the sentences or photos, at most.
        learning_rate: of AdamW, at its peak.
        learning_rate_encoder: the same for encoder parameters; they are pretrained and need less.
        batch_size: sentences a step, of all processes together; photos a step for ``cider``.
        accumulate: parts a process works off one after the other in each step, to save memory. The result is
            the same.
        warmup: share of the steps during which the learning rate rises linearly.
        decay: how it then falls to 0: along a ``cosine``, or ``linear``.
        patience: end the stage after this many epochs without a better validation score; 0 runs them all.
        weight_decay: of matrices only.
        dropout: in mapper and language model.
        label_smoothing: of the cross-entropy.
        ema: decay per step of the moving average of the weights that is validated and kept; 0 keeps the
            weights themselves.
        augment: cut the photos at random while the encoder is trained; flipping happens in any case.
        crops: cuts of each photo whose features are cached beside those of the whole, where the encoder is
            not trained; in each step one of them or the whole is drawn.
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
    accumulate: int = 1
    warmup: float = 0.05
    decay: Decay = "cosine"
    patience: int = 0
    weight_decay: float = 0.05
    dropout: float = 0.0
    label_smoothing: float = 0.0
    ema: float = 0.0
    augment: bool = False
    crops: int = 0
    samples: int = 5
    temperature: float = 1.0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "accumulate"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} of the stage {self.name} is {getattr(self, name)}, least is 1")
        if self.crops < 0:
            raise ValueError(f"crops of the stage {self.name} is {self.crops}, least is 0")
        if self.objective == "cider" and self.samples < 2:
            raise ValueError(
                f"samples of the stage {self.name} is {self.samples}: each needs another to beat"
            )
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate of the stage {self.name} is {self.learning_rate}, not above 0")
        for name, known in (("objective", get_args(Objective)), ("decay", get_args(Decay))):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{name} of the stage {self.name} is {getattr(self, name)!r}, not of {known}"
                )

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
        base: name or folder of an installed model whose training goes on; its network is taken over.
        net: tables ``encoder``, ``mapper`` and ``language_model``, see ``engine.checkpoint``. What a table
            says is ``frozen`` stays as published and is not stored with the model. Empty with a ``base``.
        encoder_package: Python package that carries the encoder's weights; empty to take the published
            weights the encoder's name stands for.
        preprocessing: pixels -> encoder input; ``None`` for that of the encoder's weights.
        text_exclude: sources of ``text/captions.jsonl`` that are left out.
        stages: in order.
        lora: of the stages that train ``lora``. Its changes are merged into a language model that is stored
            with the model; beside a frozen one, which may not be passed on, they are stored by themselves.
        precision: numbers that the network computes with while it is trained; weights are kept in fp32.
        translation: stages of the translators that make more captions; empty to do without.
        translator: their size, see ``training.translation.Translator``.
        source: the file.
    """

    name: str
    licence: str
    seed: int
    stages: tuple[Stage, ...]
    base: str = ""
    net: Mapping[str, Any] = field(default_factory=dict)
    encoder_package: str = ""
    preprocessing: Preprocessing | None = None
    text_exclude: tuple[str, ...] = ()
    lora: Lora = field(default_factory=Lora)
    precision: Precision = "fp32"
    translation: tuple[Stage, ...] = ()
    translator: Mapping[str, int] = field(default_factory=dict)
    source: Path = field(default=Path())

    def __post_init__(self) -> None:
        if self.precision not in get_args(Precision):
            raise ValueError(f"precision is {self.precision!r}, not of {get_args(Precision)}")
        if self.lora.rank < 1:
            raise ValueError(f"rank of lora is {self.lora.rank}, least is 1")

    @property
    def trains_lora(self) -> bool:
        """Whether any stage trains low-rank changes of the language model."""
        return any(LORA in stage.train for stage in self.stages)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        RecipeError: it is absent, not TOML, lacks a key, has an unknown one or an impossible value.
    """
    try:
        return parse_recipe(tomllib.loads(path.read_text(encoding="utf-8")), path)
    except FileNotFoundError as exc:
        raise RecipeError(f"There is no recipe {path}. Recipes are in training/recipes.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise RecipeError(f"Cannot use the recipe {path}: {exc}.") from exc


def parse_recipe(table: Mapping[str, Any], source: Path) -> Recipe:
    """A recipe of its tables.

    Args:
        table: what TOML or JSON gave.
        source: where it came from.

    Raises:
        RecipeError: it lacks a key, has an unknown one or an impossible value.
    """
    raw = _tuples(table)
    if "stages" not in raw:
        raise RecipeError(f"Cannot use the recipe {source}: it has no stages.")
    try:
        for key, kind in (("preprocessing", Preprocessing), ("lora", Lora)):
            if raw.get(key):
                raw[key] = kind(**_tuples(raw[key]))
        for key in ("stages", "translation"):
            raw[key] = tuple(Stage(**_tuples(stage)) for stage in raw.get(key, ()))
        recipe = Recipe(**raw, source=source)
    except (TypeError, ValueError) as exc:
        raise RecipeError(f"Cannot use the recipe {source}: {exc}.") from exc
    names = [stage.name for stage in (*recipe.stages, *recipe.translation)]
    if len(set(names)) < len(names):
        raise RecipeError(f"Cannot use the recipe {source}: two stages have one name in {', '.join(names)}.")
    check_frozen(recipe)
    return recipe


def recipe_table(recipe: Recipe) -> dict[str, Any]:
    """What ``parse_recipe`` makes an equal recipe of."""
    table = asdict(recipe)
    del table["source"]
    return table


def check_frozen(recipe: Recipe) -> None:
    """Refuse stages that train what is to stay as published.

    Raises:
        RecipeError: it names part and stages.
    """
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
