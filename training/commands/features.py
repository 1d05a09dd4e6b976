"""``python -m training features``: encode the photos of a dataset once, before or without training."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.base import load_base, recipe_for_base
from training.commands.fit import FINETUNE
from training.commands.places import DATA, run_folder
from training.distributed import Team, best_device
from training.material import Material
from training.recipe import read_recipe
from training.run_folder import RunFolder


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--recipe", type=Path, help="whose encoder and cuts are used")
    what.add_argument("--base", help="name or folder of the model that will be trained further")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the dataset")
    parser.add_argument("--out", type=Path, help="folder of the run; default runs/<recipe>")
    parser.add_argument("--device", help="cpu, cuda or mps; default the GPU if there is one")


def run(options: argparse.Namespace) -> None:
    """Carry the command out; ``fit`` with the same options finds what it leaves."""
    recipe = (
        recipe_for_base(load_base(options.base), FINETUNE, {})
        if options.base
        else read_recipe(options.recipe)
    )
    folder = RunFolder(options.out or run_folder(options.recipe or FINETUNE))
    with folder.alone():
        material = Material(recipe, options.data, folder.path, Team(options.device or best_device()))
        material.encode_photos(material.build_network())
    print(f"The features of {len(material.train)} training photos are in {folder.path}.")
