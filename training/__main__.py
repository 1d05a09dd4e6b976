"""``python -m training fetch | fit | export | evaluate``."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.backbones import Published
from engine.captioner import load_captioner
from engine.contract import CaptionError, CaptionOptions
from engine.export import export_model
from engine.store import ModelStore
from training.data import DataError
from training.datasets import read_photos
from training.evaluate import describe_all
from training.fetch import fetch_networks
from training.fit import best_device, fit
from training.metrics import evaluate, intervals
from training.recipe import RecipeError, read_recipe
from training.release import release

DATA = Path("../shared/data")

SAMPLES = Path(__file__).resolve().parent.parent / "resources" / "samples"
"""Photos on which int8 is compared with fp32 where there are no others."""


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

    command = commands.add_parser("fetch", help="show and fetch the published networks of a recipe")
    command.add_argument("--recipe", type=Path, required=True)
    command.add_argument("--run-folder", type=Path, help="default runs/<recipe>")
    command.add_argument("--yes", action="store_true", help="fetch without asking")
    command.set_defaults(run=_fetch)

    command = commands.add_parser("fit", help="train by a recipe, or go on with a stopped run")
    command.add_argument("--recipe", type=Path, required=True)
    command.add_argument("--data", type=Path, default=DATA, help="folder of the datasets")
    command.add_argument("--out", type=Path, help="folder of the run; default runs/<recipe>")
    command.add_argument("--device", help="cpu, cuda or mps; default the GPU if there is one")
    command.set_defaults(run=_fit)

    command = commands.add_parser("export", help="make a model folder of a finished run, or of a model")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--recipe", type=Path, help="of a run: the search is chosen and scored on --data")
    what.add_argument("--model", type=Path, help="folder or checkpoint with model.safetensors: as it is")
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


def _fetch(options: argparse.Namespace) -> None:
    def agree(found: Mapping[str, Published]) -> bool:
        for part, published in found.items():
            print(f"{part}: {published}")
        size_mb = sum(item.size_bytes for item in found.values() if not item.fetched) / 1e6
        question = f"Fetch {size_mb:.0f} MB? [y/N] "
        return options.yes or input(question).strip().lower() == "y"

    run = options.run_folder or _run_folder(options.recipe)
    if fetch_networks(read_recipe(options.recipe), run, agree):
        print("All networks of the recipe are on this computer.")
    else:
        print("Nothing was fetched.")


def _fit(options: argparse.Namespace) -> None:
    run = options.out or _run_folder(options.recipe)
    fit(read_recipe(options.recipe), options.data, run, options.device or best_device())


def _export(options: argparse.Namespace) -> None:
    if options.model:
        export_model(options.model, options.out, sorted(SAMPLES.glob("*.jpg")))
        return
    run = options.run_folder or _run_folder(options.recipe)
    release(run, options.data, options.out, options.recipe.with_suffix(".md"))


def _evaluate(options: argparse.Namespace) -> None:
    captioner = load_captioner(ModelStore().find(options.model))
    examples = read_photos(options.data).split(options.split)
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
