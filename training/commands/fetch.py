"""``python -m training fetch``: show and fetch the published networks of a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from engine.backbones import Published
from training.commands.places import run_folder
from training.fetch import fetch_networks
from training.recipe import read_recipe


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--run-folder", type=Path, help="default runs/<recipe>")
    parser.add_argument("--yes", action="store_true", help="fetch without asking")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""

    def agree(found: Mapping[str, Published]) -> bool:
        for part, published in found.items():
            print(f"{part}: {published}")
        size_mb = sum(item.size_bytes for item in found.values() if not item.fetched) / 1e6
        question = f"Fetch {size_mb:.0f} MB? [y/N] "
        return options.yes or input(question).strip().lower() == "y"

    folder = options.run_folder or run_folder(options.recipe)
    if fetch_networks(read_recipe(options.recipe), folder, agree):
        print("All networks of the recipe are on this computer.")
    else:
        print("Nothing was fetched.")
