"""KTVIC in the layouts its copies have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from training.data import DataError
from training.datasets import read_photos

LAYOUTS = [
    ("", "train_data.json", "test_data.json", "train-images", "public-test-images"),
    ("ktvic_dataset", "train_data.json", "test_data.json", "train-images", "public-test-images"),
    ("", "annotations/train_caption.json", "annotations/test_caption.json", "images/train", "images/test"),
]


def write_ktvic(root: Path, captions: str, photos: str, numbers: range) -> None:
    images, annotations = [], []
    (root / photos).mkdir(parents=True)
    for number in numbers:
        suffix = ".png" if number % 5 == 0 else ".jpg"
        Image.new("RGB", (8, 8)).save(root / photos / f"{number:011}{suffix}")
        images.append({"id": number, "filename": f"{number:011}.jpg"})
        annotations += [
            {"id": 10 * number + i, "image_id": number, "caption": f"câu {i} .", "segment_caption": "x"}
            for i in range(5)
        ]
    path = root / captions
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"images": images, "annotations": annotations}, ensure_ascii=False), "utf-8")


@pytest.fixture(params=LAYOUTS, ids=lambda layout: "/".join(layout[:2]))
def ktvic(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    below, train, test, train_photos, test_photos = request.param
    write_ktvic(tmp_path / below, train, train_photos, range(20))
    write_ktvic(tmp_path / below, test, test_photos, range(100, 106))
    return tmp_path


def test_splits(ktvic: Path) -> None:
    dataset = read_photos(ktvic)
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [16, 4, 6]
    assert dataset.problems == {}
    assert dataset.split("test")[0].captions == tuple(f"câu {i} ." for i in range(5))
    assert len({example.id for example in dataset.examples}) == 26
    assert [e.id for e in read_photos(ktvic).split("val")] == [e.id for e in dataset.split("val")]


def test_what_is_missing_is_counted(tmp_path: Path) -> None:
    write_ktvic(tmp_path, "train_data.json", "train-images", range(4))
    write_ktvic(tmp_path, "test_data.json", "public-test-images", range(2))
    (tmp_path / "train-images" / f"{1:011}.jpg").unlink()
    assert read_photos(tmp_path).problems == {"photo missing": [f"{1:011}.jpg"]}


def test_what_is_no_ktvic(tmp_path: Path) -> None:
    write_ktvic(tmp_path, "train_data.json", "train-images", range(2))
    with pytest.raises(DataError, match=r"test_data\.json"):
        read_photos(tmp_path)
    (tmp_path / "test_data.json").write_text("{}")
    with pytest.raises(DataError, match="KTVIC's form"):
        read_photos(tmp_path)
    (tmp_path / "test_data.json").write_text("{")
    with pytest.raises(DataError, match="JSON"):
        read_photos(tmp_path)
    with pytest.raises(DataError, match="flickr8k-vi"):
        read_photos(tmp_path / "none")
