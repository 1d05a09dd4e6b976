"""``python -m training fit | evaluate | export``."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.captioner import load_captioner
from engine.contract import CaptionError, CaptionOptions
from engine.store import ModelStore
from training.data import DataError, read_flickr8k_vi
from training.evaluate import describe_all
from training.fit import fit
from training.metrics import evaluate, intervals
from training.recipe import RecipeError, read_recipe
from training.release import release

DATA = Path("../shared/data")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, or 1 when something needed is absent or does not fit."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    for package in ("training", "engine"):  # the export libraries tell every step they take
        logging.getLogger(package).setLevel(logging.INFO)
    options = _parser().parse_args(argv)
    try:
        options.run(options)
    except (DataError, RecipeError, CaptionError) as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("fit", help="train by a recipe, or go on with a stopped run")
    command.add_argument("--recipe", type=Path, required=True)
    command.add_argument("--data", type=Path, default=DATA, help="folder of the datasets")
    command.add_argument("--out", type=Path, help="folder of the run; default runs/<recipe>")
    command.set_defaults(run=_fit)

    command = commands.add_parser("export", help="make a model folder of a finished run")
    command.add_argument("--recipe", type=Path, required=True)
    command.add_argument("--data", type=Path, default=DATA)
    command.add_argument("--run-folder", type=Path, help="default runs/<recipe>")
    command.add_argument("--out", type=Path, required=True, help="model folder to write")
    command.set_defaults(run=_export)

    command = commands.add_parser("evaluate", help="score a model on photos with captions")
    command.add_argument("--model", default="starter", help="name or folder of a model")
    command.add_argument("--data", type=Path, default=DATA)
    command.add_argument("--split", choices=("train", "val", "test"), default="test")
    command.add_argument("--beams", type=int, help="beam size; default as the model says")
    command.add_argument("--captions", type=Path, help="write what was said of each photo to this file")
    command.set_defaults(run=_evaluate)
    return parser


def _run_folder(recipe: Path) -> Path:
    return Path("runs") / recipe.stem


def _fit(options: argparse.Namespace) -> None:
    fit(read_recipe(options.recipe), options.data, options.out or _run_folder(options.recipe))


def _export(options: argparse.Namespace) -> None:
    run = options.run_folder or _run_folder(options.recipe)
    release(run, options.data, options.out, options.recipe.with_suffix(".md"))


def _evaluate(options: argparse.Namespace) -> None:
    captioner = load_captioner(ModelStore().find(options.model))
    examples = read_flickr8k_vi(options.data / "flickr8k-vi").split(options.split)
    described = describe_all(captioner, examples, CaptionOptions(beam_size=options.beams))
    items = [item.scored for item in described]
    bounds = intervals(items)
    for name, value in evaluate(items).items():
        low, high = bounds[name]
        print(f"{name:8} {value:.4f}   [{low:.4f}, {high:.4f}]")
    if options.captions:
        rows = [{"file": item.example.id, "text": item.caption.text} for item in described]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.captions.write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
