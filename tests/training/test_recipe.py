"""Recipes are read whole or refused with the file and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.recipe import RecipeError, read_recipe

RECIPES = sorted(Path(__file__).resolve().parents[2].joinpath("training", "recipes").glob("*.toml"))

HEAD = """
name = "x"
licence = "y"
seed = 1
encoder_package = ""
text_exclude = []
net = {}
[preprocessing]
size = 64
"""
STAGE = """
[[stages]]
name = "one"
objective = "text"
train = ["language_model."]
epochs = 1
learning_rate = 1e-3
"""


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
    path.write_text(HEAD + STAGE)
    stage = read_recipe(path).stages[0]
    assert stage.train == ("language_model.",)
    assert not stage.trains_encoder


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = ", "Cannot use"),
        (HEAD, "stages"),
        (HEAD + STAGE + "epoch = 3\n", "epoch"),
        (HEAD + STAGE.replace("epochs = 1\n", ""), "epochs"),
        (HEAD + STAGE + STAGE, "two stages"),
        (HEAD.replace("seed", "sede") + STAGE, "sede"),
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
