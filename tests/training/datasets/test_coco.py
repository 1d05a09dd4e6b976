"""Datasets laid out as COCO is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.datasets.making import coco_tables, make_photos, write_json
from training.data import DataError
from training.datasets import examine_photos, read_photos

TRAIN = {f"{number:012}.jpg": [f"câu số {number}", f"câu khác {number}"] for number in range(8)}
VAL = {f"{number:012}.jpg": [f"câu số {number}"] for number in range(20, 23)}


@pytest.mark.parametrize("photos", ["", "images/", "coco/pictures/"])
def test_the_layout_of_coco(tmp_path: Path, photos: str) -> None:
    for split, captions in (("train", TRAIN), ("val", VAL)):
        write_json(tmp_path / f"annotations/captions_{split}2017.json", coco_tables(captions))
        seed = 0 if split == "train" else 100
        make_photos(tmp_path / f"{photos}{split}2017", *captions, first_seed=seed)
    # COCO's files for other tasks are neither read nor in the way.
    write_json(tmp_path / "annotations/instances_train2017.json", {"images": [], "annotations": [{}]})
    dataset = read_photos(tmp_path)
    assert (dataset.kind, dataset.problems) == ("coco", {})
    assert dataset.counts() == {
        "train": {"photos": 8, "captions": 16},
        "val": {"photos": 3, "captions": 3},
    }
    assert dataset.split("val")[0].image.parent.name == "val2017"


def test_one_file_for_all_is_for_training(tmp_path: Path) -> None:
    write_json(tmp_path / "dataset.json", coco_tables(TRAIN, key="filename"))
    make_photos(tmp_path / "images", *TRAIN)
    counts = read_photos(tmp_path).counts()
    assert (counts["train"]["photos"], counts["val"]["photos"]) == (5, 3)


def test_of_two_photos_with_one_name_the_splits_own_is_taken(tmp_path: Path) -> None:
    for split, seed in (("train", 0), ("val", 50)):
        write_json(tmp_path / f"{split}.json", coco_tables({"a.jpg": ["một câu"], "b.jpg": ["hai câu"]}))
        make_photos(tmp_path / split, "a.jpg", "b.jpg", first_seed=seed)
    dataset = read_photos(tmp_path)
    assert {example.image.parent.name for example in dataset.split("val")} == {"val"}
    assert {example.image.parent.name for example in dataset.split("train")} == {"train"}


def test_rows_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    tables = coco_tables(TRAIN)
    tables["images"] += [{"id": 0, "file_name": "other.jpg"}, {"file_name": "no id.jpg"}, None]
    tables["annotations"] += [{"id": 900, "image_id": 0, "caption": None}, {"id": 901, "image_id": "none"}]
    tables["annotations"] += [{"id": 902, "image_id": "7", "caption": "mã số viết thành chữ"}]
    write_json(tmp_path / "train.json", tables)
    make_photos(tmp_path / "images", *TRAIN)
    dataset = read_photos(tmp_path)
    assert dataset.problems == {
        "row not understood": [
            "train/image 0", "train/image 9", "train/image 10",
            "train/annotation 900", "train/annotation 901",
        ]
    }  # fmt: skip
    assert sum(len(example.captions) for example in dataset.examples) == 17


def test_a_file_that_only_begins_as_json(tmp_path: Path) -> None:
    (tmp_path / "captions_train.json").write_text('{"images": [', encoding="utf-8")
    with pytest.raises(DataError, match=r"captions_train\.json is not JSON"):
        examine_photos(tmp_path)


def test_other_json_is_not_in_the_way(tmp_path: Path) -> None:
    write_json(tmp_path / "dataset_info.json", {"images": 8, "info": {}})
    write_json(tmp_path / "train.json", coco_tables(TRAIN))
    make_photos(tmp_path / "images", *TRAIN)
    assert read_photos(tmp_path).problems == {}


def test_halves_of_letters_are_damage(tmp_path: Path) -> None:
    """JSON can hold what no text may: half of a pair of code units."""
    write_json(tmp_path / "train.json", coco_tables(TRAIN))
    text = (tmp_path / "train.json").read_text(encoding="utf-8").replace("câu số 3", "câu \\ud83d")
    (tmp_path / "train.json").write_text(text, encoding="utf-8")
    make_photos(tmp_path / "images", *TRAIN)
    assert read_photos(tmp_path).problems == {"damaged letters": ["train/000000000003.jpg#0"]}
