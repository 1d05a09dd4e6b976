"""Small datasets: no two photos alike, unless that is meant."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def photo_bytes(seed: int) -> bytes:
    """A PNG of its own for each seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def make_photos(folder: Path, *names: str, first_seed: int = 0) -> None:
    """Photos with these names; what is in a file is told by its bytes, not by its suffix."""
    for seed, name in enumerate(names, first_seed):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo_bytes(seed))


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def coco_tables(captions: dict[str, list[str]], key: str = "file_name") -> dict[str, Any]:
    """COCO's two tables for photos by name."""
    names = list(captions)
    return {
        "images": [{"id": number, key: name} for number, name in enumerate(names)],
        "annotations": [
            {"id": 10 * number + i, "image_id": number, "caption": text}
            for number, name in enumerate(names)
            for i, text in enumerate(captions[name])
        ],
    }


def own_folder(root: Path, rows: list[tuple[str, str]], *, photos: int = 6) -> Path:
    """``photos`` photos ``0.png``, ``1.png`` and so on, and a file of captions with these rows."""
    make_photos(root, *(f"{number}.png" for number in range(photos)))
    lines = [f'"{name}","{caption}"' for name, caption in rows]
    write_text(root / "captions.csv", "\n".join(["file,caption", *lines]))
    return root
