"""Recipes are read whole or refused with the file and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny import recipe_text, stage
from training.recipe import RecipeError, read_recipe

RECIPES = sorted(Path(__file__).resolve().parents[2].joinpath("training", "recipes").glob("*.toml"))

ONE = stage("one")
TEXT = recipe_text(ONE)


def test_there_are_recipes() -> None:
    assert RECIPES


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipes_that_ship_can_be_read_and_have_a_card(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.stages
    assert recipe.licence
    assert recipe.name == path.stem
    assert "<!-- scores -->" in path.with_suffix(".md").read_text(encoding="utf-8")


def test_lists_become_tuples(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(TEXT)
    read = read_recipe(path).stages[0]
    assert read.train == ("language_model.",)
    assert not read.trains_encoder


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = ", "Cannot use"),
        (recipe_text(), "stages"),
        (TEXT + "epoch = 3\n", "epoch"),
        (TEXT.replace("epochs = 1\n", ""), "epochs"),
        (recipe_text(ONE, ONE), "two stages"),
        (TEXT.replace("seed", "sede"), "sede"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=reason) as caught:
        read_recipe(path)
    assert "r.toml" in str(caught.value)


def test_no_such_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe"):
        read_recipe(tmp_path / "none.toml")
