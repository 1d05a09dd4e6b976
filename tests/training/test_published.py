"""The recipe of the full-size model, with stand-ins for the networks it fetches: fetched, trained,
exported.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors import safe_open

from engine import checkpoint
from engine.captioner import load_captioner
from engine.config import MODEL_FILE
from engine.contract import ModelCorrupt, ModelMissing
from engine.images import read_image
from engine.store import open_folder
from tests.fake_hub import MAIN, FakeHub, Repository, serve_hub, use_hub
from tests.published import write_gpt2, write_timm_weights
from tests.tiny import recipe_text, stage
from training.__main__ import main
from training.datasets import read_photos
from training.material import Material
from training.recipe import Recipe, RecipeError, read_recipe

pytestmark = pytest.mark.slow

B32 = Path(__file__).resolve().parents[2] / "training" / "recipes" / "viclipcap-b32.toml"
VIT = "timm/test_vit.r160_in1k"
CARD = "# Full\n\n<!-- scores -->\n"


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHub]:
    root = tmp_path_factory.mktemp("published")
    repositories = {
        "NlpHUST/gpt2-vietnamese": Repository(files(write_gpt2(root / "gpt2"))),
        VIT: Repository(files(write_timm_weights(root / "vit")), licence="apache-2.0"),
    }
    with serve_hub(repositories) as server:
        yield server


@pytest.fixture(scope="module")
def recipe_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipe that ships, but for the size of encoder, mapper and training."""
    shipped = read_recipe(B32)
    net = dict(shipped.net)
    net["encoder"] = {**net["encoder"], "name": "timm:test_vit"}
    net["mapper"] = {**net["mapper"], "layers": 1, "heads": 2, "prefix_length": 3}
    short = [
        stage(one.name, one.objective, train=list(one.train), epochs=1, batch_size=16, ema=one.ema)
        for one in shipped.stages
    ]
    path = tmp_path_factory.mktemp("recipe") / "full.toml"
    path.write_text(recipe_text(*short, net=net, preprocessing={"size": 160, "fit": "crop"}, name="full"))
    path.with_suffix(".md").write_text(CARD)
    return path


@pytest.fixture(scope="module")
def released(
    hub: FakeHub, recipe_file: Path, toy_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The three commands of docs/full-size.md, one after the other."""
    root = tmp_path_factory.mktemp("run")
    run, model, cache = root / "run", root / "model", root / "cache"
    common = ["--recipe", str(recipe_file)]
    with pytest.MonkeyPatch.context() as patch:
        use_hub(hub.url, patch)
        patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
        assert main(["fetch", *common, "--run-folder", str(run), "--yes"]) == 0
        assert main(["fit", *common, "--data", str(toy_data), "--out", str(run), "--device", "cpu"]) == 0
        options = ["--data", str(toy_data), "--run-folder", str(run), "--out", str(model)]
        assert main(["export", *common, *options]) == 0
        yield model


def test_the_recipe_trains_the_mapper_alone(released: Path) -> None:
    config = open_folder(released).config
    with safe_open(released / MODEL_FILE, framework="pt") as file:
        parts = {name.partition(".")[0] for name in file.keys()}  # noqa: SIM118 - not a dict
    assert parts == {"standardise", "mapper"}
    with safe_open(released.parent / "run" / "state.safetensors", framework="pt") as file:
        assert not [name for name in file.keys() if "encoder." in name or "language_model." in name]  # noqa: SIM118
    assert config.net["language_model"]["name"] == f"hf:NlpHUST/gpt2-vietnamese@{MAIN}"
    assert config.net["encoder"]["name"] == f"timm:test_vit@{MAIN}"
    assert (config.end_id, config.pad_id, config.net["language_model"]["end_token"]) == (2, 1, ".")
    assert {"encoder.onnx", "encoder.fp32.onnx", "decoder.fp32.onnx"} <= config.files.keys()


def test_the_folder_describes_in_both_runtimes(released: Path, toy_data: Path) -> None:
    folder = open_folder(released)
    photo = read_photos(toy_data).split("test")[0]
    image = read_image(photo.image)
    graphs = load_captioner(folder, device="cpu", precision="fp32")
    names = {name: digest for name, digest in folder.config.files.items() if "onnx" not in name}
    weights = load_captioner(replace(folder, config=replace(folder.config, files=names)))
    assert weights.device_choice.runtime == "torch"
    assert graphs.search([image])[0][0].tokens == weights.search([image])[0][0].tokens
    assert graphs.caption(image).text


def test_a_mapper_alone_becomes_a_model_again(released: Path, tmp_path: Path) -> None:
    """GIVEN what is passed on, weights and card, WHEN it is exported, THEN it is the same model."""
    passed_on = tmp_path / "mapper"
    passed_on.mkdir()
    (passed_on / MODEL_FILE).write_bytes((released / MODEL_FILE).read_bytes())
    (passed_on / "config.json").write_bytes((released / "config.json").read_bytes())
    assert main(["export", "--model", str(passed_on), "--out", str(tmp_path / "whole")]) == 0
    whole = open_folder(tmp_path / "whole")
    whole.verify()
    assert (whole.path / "export.json").is_file()
    assert whole.config.generation == open_folder(released).config.generation
    assert whole.config.files["tokenizer.json"] == open_folder(released).config.files["tokenizer.json"]


def test_other_weights_than_those_it_was_trained_on(released: Path, tmp_path: Path) -> None:
    path = tmp_path / MODEL_FILE
    network, config = checkpoint.load(released / MODEL_FILE)
    wrong = {**config.net["encoder"], "sha256": "0" * 64}
    checkpoint.save(network, replace(config, net={**config.net, "encoder": wrong}), path)
    with pytest.raises(ModelCorrupt, match="not what the model was trained on"):
        checkpoint.load(path)


def test_fit_says_what_to_fetch(
    recipe_file: Path, toy_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelMissing, match="python -m training fetch"):
        Material(read_recipe(recipe_file), toy_data, tmp_path)


def test_a_language_model_of_a_folder(
    recipe_file: Path, toy_data: Path, tmp_path: Path, released: Path
) -> None:
    recipe: Recipe = read_recipe(recipe_file)
    table = {**recipe.net["language_model"], "name": f"dir:{write_gpt2(tmp_path / 'gpt2')}"}
    net = {**recipe.net, "language_model": table, "encoder": open_folder(released).config.net["encoder"]}
    (tmp_path / "run").mkdir()
    material = Material(replace(recipe, net=net), toy_data, tmp_path / "run")
    network = material.build_network()
    assert material.config.net["language_model"]["sha256"]
    assert material.validate(network) >= 0


def test_the_command_honours_the_endpoint_and_asks(hub: FakeHub, recipe_file: Path, tmp_path: Path) -> None:
    """GIVEN HF_ENDPOINT and somebody who says no, THEN sizes and licences are told and nothing is fetched."""
    before = len(hub.fetched)
    command = [sys.executable, "-m", "training", "fetch", "--recipe", str(recipe_file)]
    done = subprocess.run(
        [*command, "--run-folder", str(tmp_path / "run")],
        input="n\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        env={"PATH": "", "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert "NlpHUST/gpt2-vietnamese" in done.stdout
    assert "states no licence" in done.stdout
    assert "licence apache-2.0" in done.stdout
    assert "Nothing was fetched" in done.stdout
    assert len(hub.fetched) == before
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("prefix", "package", "reason"),
    [("encoder.", "", "encoder is frozen"), ("language_model.", "", "language_model is frozen"),
     ("mapper.", "some_package", "cannot come from some_package")],
)  # fmt: skip
def test_recipes_that_contradict_themselves(tmp_path: Path, prefix: str, package: str, reason: str) -> None:
    path = tmp_path / "r.toml"
    net = {
        "encoder": {"name": "timm:x", "frozen": True},
        "language_model": {"name": "hf:o/m", "frozen": True},
    }
    path.write_text(recipe_text(stage("one", train=[prefix]), net=net, encoder_package=package))
    with pytest.raises(RecipeError, match=reason):
        read_recipe(path)


def test_the_shipped_recipe_is_frozen_but_for_the_mapper() -> None:
    recipe = read_recipe(B32)
    assert recipe.preprocessing is None
    assert {prefix for one in recipe.stages for prefix in one.train} == {"mapper."}
    assert all(recipe.net[part]["frozen"] for part in ("encoder", "language_model"))
