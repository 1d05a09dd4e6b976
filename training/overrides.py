"""Options of the command line that replace values of a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from training.recipe import LORA, Recipe, RecipeError, Stage, check_frozen

TRAINABLE: dict[str, tuple[str, ...]] = {
    "mapper": ("mapper.",),
    "lora": ("mapper.", LORA),
    "all": ("mapper.", "language_model."),
}
"""What ``--train`` means. The encoder is trained where a recipe says so: its features could not be cached."""

OF_STAGES = frozenset(item.name for item in fields(Stage)) - {"name"}
"""Options that belong to the stages that learn captions; the others belong to the recipe."""


def overridden(recipe: Recipe, overrides: Mapping[str, Any]) -> Recipe:
    """A recipe with other values.

    Args:
        recipe: as its file says.
        overrides: keys of ``Recipe`` and of ``Stage``; the latter are those of the stages whose objective is
            ``captions``.

    Raises:
        RecipeError: a value is impossible, or a frozen part would be trained.
    """
    for_stages = {key: value for key, value in overrides.items() if key in OF_STAGES}
    for_recipe = {key: value for key, value in overrides.items() if key not in OF_STAGES}
    try:
        stages = tuple(
            replace(stage, **for_stages) if stage.objective == "captions" else stage
            for stage in recipe.stages
        )
        changed = replace(recipe, stages=stages, **for_recipe)
    except (TypeError, ValueError) as exc:
        raise RecipeError(f"Cannot train by {recipe.source}: {exc}.") from exc
    check_frozen(changed)
    return changed
