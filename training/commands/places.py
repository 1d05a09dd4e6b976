"""Where commands look for data and keep runs when they are not told."""

from __future__ import annotations

from pathlib import Path

DATA = Path("../shared/data")


def run_folder(recipe: Path) -> Path:
    """Default folder of the runs of a recipe."""
    return Path("runs") / recipe.stem
