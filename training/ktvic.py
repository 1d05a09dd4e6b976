"""Reads KTVIC (arXiv 2401.08100), as its authors and as its copies lay it out.

Not run: on KTVIC itself, which may not be passed on; the tests make a folder of its form.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.data import DataError, Dataset, Example
from training.normalise import normalise

VALIDATION_SHARE = 0.2
"""Of the training photos; KTVIC has no validation photos of its own."""

_SPLIT_SEED = 42


@dataclass(frozen=True, slots=True)
class KtvicLayout:
    """Where a copy has its files, below ``root``; each pair is for training and for test photos."""

    root: Path
    captions: tuple[str, str]
    photos: tuple[str, str]


_LAYOUTS = (
    (("train_data.json", "test_data.json"), ("train-images", "public-test-images")),
    (("annotations/train_caption.json", "annotations/test_caption.json"), ("images/train", "images/test")),
)


def find_ktvic(data: Path) -> KtvicLayout | None:
    """The layout of the copy of KTVIC in a folder or in one folder below; ``None`` when there is none."""
    below = sorted(path for path in data.iterdir() if path.is_dir()) if data.is_dir() else []
    for root in (data, *below):
        for captions, photos in _LAYOUTS:
            if (root / captions[0]).is_file():
                return KtvicLayout(root, captions, photos)
    return None


def read_ktvic(layout: KtvicLayout) -> Dataset:
    """Read photos and captions; a fifth of the training photos, always the same, is for validation.

    Raises:
        DataError: a file is absent or not of KTVIC's form.
    """
    dataset = Dataset([])
    for split, captions, photos in zip(("train", "test"), layout.captions, layout.photos, strict=True):
        _read_split(dataset, layout.root / captions, layout.root / photos, split)
    training = sum(example.split == "train" for example in dataset.examples)
    order = np.random.default_rng(_SPLIT_SEED).permutation(training)
    chosen = set(order[: round(VALIDATION_SHARE * training)].tolist())
    for position in chosen:  # training photos come first
        example = dataset.examples[position]
        dataset.examples[position] = Example(example.id, example.image, example.captions, "val")
    return dataset


def _read_split(dataset: Dataset, captions: Path, photos: Path, split: str) -> None:
    raw = _read_json(captions)
    # Copies differ in the photos' suffixes; their names are those of the ids.
    files = {path.stem: path for path in sorted(photos.glob("*"))}
    try:
        texts: dict[Any, list[str]] = defaultdict(list)
        for row in raw["annotations"]:
            texts[row["image_id"]].append(str(row["caption"]))
        images = [(row["id"], str(row["filename"])) for row in raw["images"]]
    except (KeyError, TypeError) as exc:
        raise DataError(f"{captions} is not of KTVIC's form: images and annotations ({exc!r}).") from exc
    for number, name in images:
        image = files.get(Path(name).stem)
        kept = tuple(text for text in texts[number] if normalise(text))
        if image is None:
            dataset.problems.setdefault("photo missing", []).append(name)
        elif not kept:
            dataset.problems.setdefault("no caption", []).append(name)
        else:
            dataset.examples.append(Example(f"{split}/{name}", image, kept, split))


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise DataError(f"There is no {path}: the copy of KTVIC is incomplete.") from exc
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise DataError(f"{path} is not UTF-8 JSON: {exc}") from exc
