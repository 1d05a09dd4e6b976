"""A domain the embedded model does not know: photos held sideways, in dim light, out of focus.

    .venv/bin/python -m benchmarks.new_domain --data ../shared/data --out FOLDER

Takes 200 training photos, 200 validation photos and the test photos of the development data
(``flickr8k-vi``) and changes all of them in the same ways; a photo is always changed alike. People who cannot
see the viewfinder take such photos. The result has the form of the development data. docs/huan-luyen.md says
what was trained on it and what came of it.

The embedded model was trained on the upright, sharp, bright originals of the training photos: what is new to
it are the conditions, not what is on the photos. The test photos it has not seen in any form.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from training.data import Example
from training.datasets import read_photos

PHOTOS = {"train": 200, "val": 200, "test": None}
"""How many of each split; ``None`` for all."""

BLUR_PX = 1.5
"""Standard deviation, on photos of 224 pixels."""

COLOUR, LIGHT = 0.3, 0.35
"""Shares that are left: of saturation and of brightness."""


def main() -> int:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the development data")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    chosen = choose(read_photos(options.data).examples)
    write(chosen, options.out)
    counts = {split: sum(example.split == split for example in chosen) for split in PHOTOS}
    print(f"{options.out}: {counts}")
    return 0


def choose(examples: Sequence[Example]) -> list[Example]:
    """Photos with captions of people, in an order that depends on their names alone."""
    chosen = []
    for split, count in PHOTOS.items():
        found = [example for example in examples if example.split == split and example.captions]
        chosen += sorted(found, key=lambda example: (_number(example), example.id))[:count]
    return chosen


def change(photo: Image.Image, *, left: bool) -> Image.Image:
    """Hold a photo sideways, in dim light, out of focus."""
    turned = photo.transpose(Image.Transpose.ROTATE_90 if left else Image.Transpose.ROTATE_270)
    blurred = turned.filter(ImageFilter.GaussianBlur(BLUR_PX))
    grey = ImageEnhance.Color(blurred).enhance(COLOUR)
    return ImageEnhance.Brightness(grey).enhance(LIGHT)


def write(examples: Sequence[Example], folder: Path) -> None:
    """Write ``captions.jsonl`` and ``images/``."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    rows = []
    for example in examples:
        target = images / f"{example.image.stem}.jpg"
        with Image.open(example.image) as photo:
            change(photo.convert("RGB"), left=_number(example) % 2 == 0).save(target, quality=90)
        rows.append({"file": target.name, "split": example.split, "captions": list(example.captions)})
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "captions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _number(example: Example) -> int:
    return zlib.crc32(example.image.name.encode())


if __name__ == "__main__":
    sys.exit(main())
