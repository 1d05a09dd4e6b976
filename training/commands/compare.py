"""``python -m training compare A B``: is B better than A, or is it chance?"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from training.commands.captions import Captions, add_dataset_options, from_file, from_model
from training.metrics import DEFAULT_RECIPE, RECIPES, Difference, compare, find_recipe, measure
from training.metrics.bootstrap import SAMPLES
from training.metrics.predictions import check_same


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    for name in ("first", "second"):
        parser.add_argument(name, help="a .json file of predictions, or name or folder of a model")
    add_dataset_options(parser)
    parser.add_argument(
        "--recipe", default=DEFAULT_RECIPE, metavar="NAME", help=f"how to score: {', '.join(RECIPES)}"
    )
    parser.add_argument("--samples", type=int, default=SAMPLES, help="bootstrap draws")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    find_recipe(options.recipe)
    first, second = (_captions(name, options) for name in (options.first, options.second))
    theirs = check_same(first.predictions, second.predictions)
    found = compare(
        measure([item.scored for item in first.predictions], options.recipe),
        measure([item.scored for item in theirs], options.recipe),
        samples=options.samples,
    )
    if options.json:
        print(json.dumps({name: {**asdict(d), "gain": d.gain} for name, d in found.items()}))
    else:
        _print_table(found, options)


def _captions(name: str, options: argparse.Namespace) -> Captions:
    return from_file(Path(name)) if name.endswith(".json") else from_model(name, options)


def _print_table(found: dict[str, Difference], options: argparse.Namespace) -> None:
    print(f"{options.first} -> {options.second}, recipe {options.recipe}, {options.samples} draws")
    for name, d in found.items():
        print(
            f"  {name:8} {d.first:.4f} -> {d.second:.4f}   {d.gain:+.4f} [{d.low:+.4f}, {d.high:+.4f}]   "
            f"p = {d.p_value:.3f}"
        )
