"""Recipes are read whole or refused with the file and the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tiny import recipe_text, stage
from training.overrides import TRAINABLE, overridden
from training.recipe import Lora, RecipeError, parse_recipe, read_recipe, recipe_table

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
        (TEXT.replace("epochs = 1\n", "epochs = 0\n"), "epochs of the stage one is 0"),
        (recipe_text(stage("one", decay="sudden")), "'sudden'"),
        (recipe_text(stage("one", "drawings")), "'drawings'"),
        (recipe_text(ONE, precision="fp8"), "'fp8'"),
        (recipe_text(ONE, lora={"rank": 0}), "rank"),
        (recipe_text(ONE, net={"language_model": {"name": "hf:a/b", "frozen": True}}), "frozen"),
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


def test_a_recipe_survives_json(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(recipe_text(stage("low", "captions", train=["lora"]), lora={"rank": 4}, precision="bf16"))
    recipe = read_recipe(path)
    assert recipe.trains_lora
    assert recipe.lora == Lora(rank=4)
    assert recipe.lora.scale == 4.0
    assert parse_recipe(json.loads(json.dumps(recipe_table(recipe))), path) == recipe


def test_options_replace_values_of_the_caption_stages(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(recipe_text(ONE, stage("two", "captions", train=["mapper."]), stage("three", "cider")))
    options = {"epochs": 9, "name": "other", "train": TRAINABLE["all"], "precision": "bf16"}
    recipe = overridden(read_recipe(path), options)
    assert (recipe.name, recipe.precision) == ("other", "bf16")
    assert [item.epochs for item in recipe.stages] == [1, 9, 1]
    assert recipe.stages[1].train == ("mapper.", "language_model.")
    for wrong in ({"epochs": 0}, {"learning_rate": 0.0}, {"precision": "fp8"}, {"colour": "red"}):
        with pytest.raises(RecipeError):
            overridden(recipe, wrong)


def test_a_frozen_language_model_learns_by_low_rank_changes_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    net = {"language_model": {"name": "hf:a/b", "frozen": True}}
    path.write_text(recipe_text(stage("two", "captions", train=["mapper."]), net=net))
    recipe = read_recipe(path)
    assert overridden(recipe, {"train": TRAINABLE["lora"]}).trains_lora
    with pytest.raises(RecipeError, match="frozen"):
        overridden(recipe, {"train": TRAINABLE["all"]})
