"""``python -m training fit``: train by a recipe, or go on with a stopped run."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.places import DATA, run_folder
from training.fit import best_device, fit
from training.recipe import read_recipe


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the datasets")
    parser.add_argument("--out", type=Path, help="folder of the run; default runs/<recipe>")
    parser.add_argument("--device", help="cpu, cuda or mps; default the GPU if there is one")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    folder = options.out or run_folder(options.recipe)
    fit(read_recipe(options.recipe), options.data, folder, options.device or best_device())
