"""KTVIC in the layouts its copies have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.datasets.making import make_photos, write_json
from training.data import DataError
from training.datasets import examine_photos, read_photos

LAYOUTS = [
    ("", "train_data.json", "test_data.json", "train-images", "public-test-images"),
    ("ktvic_dataset", "train_data.json", "test_data.json", "train-images", "public-test-images"),
    ("", "annotations/train_caption.json", "annotations/test_caption.json", "images/train", "images/test"),
]


def write_ktvic(root: Path, captions: str, photos: str, numbers: range, seed: int = 0) -> None:
    images, annotations = [], []
    for number in numbers:
        suffix = ".png" if number % 5 == 0 else ".jpg"
        make_photos(root / photos, f"{number:011}{suffix}", first_seed=seed + number)
        images.append({"id": number, "filename": f"{number:011}.jpg"})
        annotations += [
            {"id": 10 * number + i, "image_id": number, "caption": f"câu {i} .", "segment_caption": "x"}
            for i in range(5)
        ]
    write_json(root / captions, {"images": images, "annotations": annotations})


@pytest.fixture(params=LAYOUTS, ids=lambda layout: "/".join(layout[:2]))
def ktvic(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    below, train, test, train_photos, test_photos = request.param
    write_ktvic(tmp_path / below, train, train_photos, range(20))
    write_ktvic(tmp_path / below, test, test_photos, range(6), seed=100)
    return tmp_path


def test_splits(ktvic: Path) -> None:
    dataset = read_photos(ktvic)
    assert dataset.kind == "ktvic"
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [16, 4, 6]
    assert dataset.problems == {}
    assert dataset.split("test")[0].captions == tuple(f"câu {i} ." for i in range(5))
    assert len({example.id for example in dataset.examples}) == 26
    assert [e.id for e in read_photos(ktvic).split("val")] == [e.id for e in dataset.split("val")]


def test_a_photo_of_the_other_split_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    """GIVEN photos of one name in both splits, WHEN one is gone, THEN it is missing, and not the other's."""
    write_ktvic(tmp_path, "train_data.json", "train-images", range(4))
    write_ktvic(tmp_path, "test_data.json", "public-test-images", range(2), seed=100)
    (tmp_path / "train-images" / f"{1:011}.jpg").unlink()
    assert read_photos(tmp_path).problems == {"photo missing": [f"train/{1:011}.jpg"]}


def test_captions_of_photos_that_are_not_listed(tmp_path: Path) -> None:
    write_ktvic(tmp_path, "train_data.json", "train-images", range(3))
    orphan = {"id": 99, "image_id": 77, "caption": "câu lạc"}
    write_json(tmp_path / "test_data.json", {"images": [], "annotations": [orphan, {"id": 5}, "x"]})
    problems = examine_photos(tmp_path).problems
    assert problems["caption without photo"] == ["test_data/annotation 99"]
    assert problems["row not understood"] == ["test_data/annotation 5", "test_data/annotation 2"]


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
