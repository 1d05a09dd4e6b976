"""``features`` leaves what ``fit`` looks for; damaged photos do not stop either."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from tests.tiny import recipe_text, stage
from tests.training.conftest import AFTER_ENCODER, TOY_NET
from training import encoding
from training.__main__ import main
from training.batches import random_for
from training.data import SPLITS_FILE, read_splits
from training.datasets import read_photos
from training.material import Material
from training.recipe import RecipeError, read_recipe

pytestmark = pytest.mark.slow


@pytest.fixture
def recipe_file(tmp_path: Path, toy_encoder: Path) -> Path:
    stages = [
        stage("captions", "captions", train=AFTER_ENCODER, crops=1),
        stage("cider", "cider", train=AFTER_ENCODER),
    ]
    path = tmp_path / "toy.toml"
    path.write_text(recipe_text(*stages, net=TOY_NET, encoder_package=toy_encoder.stem))
    return path


@pytest.fixture
def data(toy_data: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(toy_data, tmp_path / "data"))


def never(*_: object) -> None:
    raise AssertionError("photos were encoded again")


def test_training_finds_the_features(
    recipe_file: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN features made by the command, also of cuts, WHEN objectives are made, THEN nothing is encoded."""
    run = tmp_path / "run"
    arguments = ["features", "--recipe", str(recipe_file), "--data", str(data), "--out", str(run)]
    assert main([*arguments, "--device", "cpu"]) == 0
    assert len(list((run / "features").glob("*.npy"))) == 2
    assert len(read_splits(read_photos(data), run / SPLITS_FILE).split("train")) == 32
    monkeypatch.setattr(encoding, "load_with_cuts", never)
    material = Material(read_recipe(recipe_file), data, run)
    network = material.build_network()
    for each in material.recipe.stages:
        material.objective(network, each)
    with pytest.raises(AssertionError, match="again"):
        material.objective(network, replace(material.recipe.stages[0], crops=2))


def test_a_photo_damaged_before_and_one_during_the_run(recipe_file: Path, data: Path, tmp_path: Path) -> None:
    """GIVEN a photo cut off before a run and one after its start, THEN neither has a part in training."""
    photos = sorted((data / "flickr8k-vi" / "images").iterdir())
    photos[0].write_bytes(photos[0].read_bytes()[:500])
    recipe = read_recipe(recipe_file)
    material = Material(recipe, data, tmp_path / "run")
    assert [example.image for example in material.train[:3]] == photos[1:4]
    network = material.build_network()
    photos[4].write_bytes(photos[4].read_bytes()[:500])
    captions, cider = (material.objective(network, each) for each in recipe.stages)
    assert sorted(chain(*captions.batches(random_for(1)))) == list(range(2 * 30))
    assert sorted(chain(*cider.batches(random_for(1)))) == [0, 1, 2, *range(4, 31)]


def test_a_negative_number_of_cuts_is_refused(recipe_file: Path) -> None:
    recipe_file.write_text(recipe_file.read_text().replace("crops = 1", "crops = -1"))
    with pytest.raises(RecipeError, match="crops"):
        read_recipe(recipe_file)
