"""A dataset of the development data's shape: pictures of four colours, each captioned in its own way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLOURS = {
    "quả táo đỏ": (220, 30, 30),
    "bầu trời xanh": (30, 60, 220),
    "con mèo đen": (15, 15, 15),
    "cánh đồng tuyết": (240, 240, 240),
}


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """32 training and 8 validation photos with two captions each, and some sentences."""
    root = tmp_path_factory.mktemp("data")
    images = root / "flickr8k-vi" / "images"
    images.mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = []
    for number in range(40):
        name, colour = list(COLOURS.items())[number % len(COLOURS)]
        noise = random.normal(0, 8, (64, 64, 3))
        pixels = (np.array(colour) + noise).clip(0, 255).astype(np.uint8)
        file = f"{number:03}.png"
        Image.fromarray(pixels).save(images / file)
        captions = [f"{name} rất đẹp", f"đây là {name}"]
        rows.append({"file": file, "split": "train" if number < 32 else "val", "captions": captions})
    write_lines(root / "flickr8k-vi" / "captions.jsonl", rows)
    text = [{"text": f"Một người đang nhìn {name}.", "source": "a"} for name in COLOURS]
    (root / "text").mkdir()
    write_lines(root / "text" / "captions.jsonl", text)
    return root


def write_lines(path: Path, rows: list[dict]) -> None:  # type: ignore[type-arg]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
