"""``python -m training fit``: train by a recipe, train a model further, or go on with a stopped run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, get_args

from training.base import load_base, recipe_for_base
from training.commands.places import DATA, run_folder
from training.distributed import gather_team
from training.overrides import TRAINABLE, overridden
from training.recipe import Precision, Recipe, RecipeError, read_recipe
from training.run_folder import RunFolder, Start
from training.run_session import Order, work

FINETUNE = Path(__file__).resolve().parents[1] / "recipes" / "finetune.toml"
"""The recipe for a base that is trained further, when no other is given."""

_OVERRIDES = ("train", "epochs", "batch_size", "learning_rate", "patience", "name", "precision")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    what = parser.add_argument_group("what to train; a run that goes on knows it")
    what.add_argument(
        "--recipe", type=Path, help="recipe file; with --base default training/recipes/finetune.toml"
    )
    what.add_argument("--base", help="name or folder of a model to train further")
    what.add_argument("--data", type=Path, help=f"folder of the photos; default {DATA}")
    what.add_argument("--out", type=Path, help="folder of the run; default runs/<recipe>")
    instead = parser.add_argument_group("instead of what the recipe says")
    instead.add_argument("--train", choices=sorted(TRAINABLE), help="all: all but the encoder")
    instead.add_argument("--epochs", type=int)
    instead.add_argument("--batch-size", type=int, help="captions a step, of all processes together")
    instead.add_argument("--learning-rate", type=float)
    instead.add_argument("--patience", type=int, help="epochs without a better score before the end")
    instead.add_argument("--name", help="of the model")
    instead.add_argument("--precision", choices=get_args(Precision), help="numbers to compute with")
    parser.add_argument("--device", help="cpu, cuda or mps; default the GPU if there is one")
    parser.add_argument("--no-export", action="store_true", help="make no model folder at the end")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    folder = RunFolder(_out(options))
    work(folder, lambda: _order(options, folder), gather_team(options.device))


def _out(options: argparse.Namespace) -> Path:
    if options.out:
        return Path(options.out)
    if not (options.recipe or options.base):
        raise RecipeError("Give a --recipe, a --base to train further, or the --out folder of a stopped run.")
    return run_folder(options.recipe or FINETUNE)


def _order(options: argparse.Namespace, folder: RunFolder) -> Order:
    """What is asked for; what is left out is as an earlier call of this run had it."""
    before = folder.started()
    base = _place(options.base) if options.base else before.base if before else None
    recipe = options.recipe or (Path(before.recipe) if before else FINETUNE if base else None)
    if recipe is None:
        raise RecipeError(f"There is no run in {folder.path} yet: give a --recipe or a --base.")
    data = options.data or (Path(before.data) if before else DATA)
    overrides = (dict(before.overrides) if before else {}) | _given(options)
    start = Start(
        arguments=sys.argv[1:],
        data=str(data.resolve()),
        base=base,
        recipe=str(recipe.resolve()),
        overrides=overrides,
    )
    stored = None if options.recipe else folder.recipe()
    if stored is None or before is None or (overrides, base) != (before.overrides, before.base):
        stored = _recipe(recipe, base, overrides)
    return Order(start=start, recipe=stored, data=data, export=not options.no_export)


def _recipe(path: Path, base: str | None, overrides: dict[str, Any]) -> Recipe:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in overrides.items()}
    if base:
        return recipe_for_base(load_base(base), path, values)
    return overridden(read_recipe(path), values)


def _place(base: str) -> str:
    """A folder by its whole path, so that a run can go on from elsewhere; a name as it is."""
    return str(Path(base).resolve()) if Path(base).exists() else base


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The values that replace those of the recipe."""
    given = {name: getattr(options, name) for name in _OVERRIDES if getattr(options, name) is not None}
    if "train" in given:
        given["train"] = list(TRAINABLE[given["train"]])
    return given
