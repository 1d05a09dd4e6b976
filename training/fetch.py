"""Fetches the published networks a recipe builds on, after saying what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.backbones import Published, fetch, look_up, published_parts
from training.model_config import PINS_FILE
from training.recipe import Recipe

Agree = Callable[[Mapping[str, Published]], bool]
"""Part (``encoder``, ``language_model``) -> what would be fetched for it; whether to do so."""


def fetch_networks(recipe: Recipe, run: Path, agree: Agree) -> bool:
    """Look up the networks of a recipe, ask, fetch them and note their commits down for the run.

    Args:
        recipe: whose ``net`` names them.
        run: folder of the run.
        agree: is shown what would be fetched; it is not asked when everything is on this computer.

    Returns:
        Whether everything is on this computer now.

    Raises:
        ModelMissing: a network cannot be had.
    """
    found = {part: look_up(wanted) for part, wanted in published_parts(recipe.net).items()}
    if not all(item.fetched for item in found.values()):
        if not agree(found):
            return False
        for item in found.values():
            fetch(item)
    run.mkdir(parents=True, exist_ok=True)
    pins = {part: str(item.source) for part, item in found.items()}
    (run / PINS_FILE).write_text(json.dumps(pins, indent=2) + "\n", encoding="utf-8")
    return True
