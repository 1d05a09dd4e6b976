"""A dataset of the development data's shape: pictures of four colours, each captioned in its own way."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.tiny import recipe_text, stage
from training.fit import fit
from training.recipe import Recipe, read_recipe

COLOURS = {
    "quả táo đỏ": (220, 30, 30),
    "bầu trời xanh": (30, 60, 220),
    "con mèo đen": (15, 15, 15),
    "cánh đồng tuyết": (240, 240, 240),
}


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """32 training, 8 validation and 8 test photos with two captions each, and some sentences."""
    root = tmp_path_factory.mktemp("data")
    images = root / "flickr8k-vi" / "images"
    images.mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = []
    for number in range(48):
        name, colour = list(COLOURS.items())[number % len(COLOURS)]
        noise = random.normal(0, 8, (64, 64, 3))
        pixels = (np.array(colour) + noise).clip(0, 255).astype(np.uint8)
        file = f"{number:03}.png"
        Image.fromarray(pixels).save(images / file)
        captions = [f"{name} rất đẹp", f"đây là {name}"]
        split = ("train", "train", "train", "train", "val", "test")[number // 8]
        rows.append({"file": file, "split": split, "captions": captions})
    write_lines(root / "flickr8k-vi" / "captions.jsonl", rows)
    text = [{"text": f"Một người đang nhìn {name}.", "source": "a"} for name in COLOURS]
    (root / "text").mkdir()
    write_lines(root / "text" / "captions.jsonl", text)
    return root


TOY_NET = {
    "encoder": {"name": "timm:test_efficientnet"},
    "mapper": {"kind": "resampler", "prefix_length": 3, "layers": 1, "heads": 2},
    "language_model": {
        "name": "gpt2", "layers": 2, "heads": 2, "width": 48, "vocabulary": 320, "positions": 64,
    },
}  # fmt: skip
AFTER_ENCODER = ["mapper.", "language_model."]
TOY_STAGES = [
    stage("text", epochs=6, learning_rate=3e-3, batch_size=16, dropout=0.1),
    stage(
        "captions", "captions", train=AFTER_ENCODER, epochs=30, learning_rate=3e-3, batch_size=16,
        dropout=0.1, label_smoothing=0.1, ema=0.9,
    ),
    stage(
        "joint", "captions", train=[*AFTER_ENCODER, "encoder.network.blocks.3"], learning_rate=3e-4,
        learning_rate_encoder=3e-4, batch_size=16, augment=True,
    ),
    stage("cider", "cider", train=AFTER_ENCODER, epochs=2, learning_rate=3e-4, batch_size=8),
]  # fmt: skip


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory, toy_encoder: Path) -> Recipe:
    path = tmp_path_factory.mktemp("recipe") / "toy.toml"
    path.write_text(recipe_text(*TOY_STAGES, net=TOY_NET, encoder_package=toy_encoder.stem, seed=4))
    return read_recipe(path)


@pytest.fixture(scope="session")
def toy_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that carries encoder weights as the real ones do, so that no network is needed."""
    import timm

    root = tmp_path_factory.mktemp("site")
    package = root / "toy_encoder_weights"
    package.mkdir()
    (package / "__init__.py").touch()
    torch.manual_seed(0)
    network = timm.create_model("test_efficientnet")
    network.train()
    for _ in range(30):  # batch statistics of coloured noise, so that features tell colours apart
        network(torch.randn(16, 3, 1, 1) + 0.1 * torch.randn(16, 3, 64, 64))
    torch.save(network.state_dict(), package / "weights.pth")
    sys.path.insert(0, str(root))
    return package


@pytest.fixture(scope="session")
def trained(recipe: Recipe, toy_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit(recipe, toy_data, tmp_path_factory.mktemp("run"))


def write_lines(path: Path, rows: list[dict]) -> None:  # type: ignore[type-arg]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
