"""``python -m training export``: make a model folder of a finished run, or of a model."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.export import export_model
from training.commands.places import DATA, run_folder
from training.confidence.others import read_others
from training.release import release

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
"""Photos on which int8 is compared with fp32 where there are no others."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--recipe", type=Path, help="of a run: the search is chosen and scored on --data")
    what.add_argument("--model", type=Path, help="folder or checkpoint with model.safetensors: as it is")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--run-folder", type=Path, help="default runs/<recipe>")
    parser.add_argument(
        "--others", type=Path, help="pictures that are no photos, made by python -m training gate --make"
    )
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    if options.model:
        export_model(options.model, options.out, sorted(SAMPLES.glob("*.jpg")))
        return
    folder = options.run_folder or run_folder(options.recipe)
    others = read_others(options.others) if options.others else []
    release(folder, options.data, options.out, options.recipe.with_suffix(".md"), others=others)
