"""Which dataset a folder holds, and this project's own form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.datasets.making import make_photos, own_folder
from training.data import DataError
from training.datasets import examine_photos, read_photos


def test_reads_splits(toy_data: Path) -> None:
    dataset = read_photos(toy_data)
    assert (dataset.kind, dataset.folder) == ("flickr8k-vi", toy_data / "flickr8k-vi")
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [32, 8, 8]
    assert dataset.problems == {}
    assert "train: 32 photos, 64 captions" in dataset.summary()


def test_missing_photos_are_listed_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    row = {"file": "gone.jpg", "split": "train", "captions": ["một con chó"]}
    (tmp_path / "captions.jsonl").write_text(json.dumps(row))
    dataset = examine_photos(tmp_path)
    assert dataset.examples == []
    assert dataset.problems == {"photo missing": ["gone.jpg"]}
    assert "photo missing: 1" in dataset.summary()


def test_photos_with_english_captions_only_are_kept(tmp_path: Path) -> None:
    make_photos(tmp_path / "images", "a.jpg")
    row = {"file": "a.jpg", "split": "train", "captions": [], "captions_en": ["a dog"]}
    (tmp_path / "captions.jsonl").write_text(json.dumps(row))
    dataset = examine_photos(tmp_path)
    assert (dataset.examples[0].english, dataset.split("train"), dataset.problems) == (("a dog",), [], {})


@pytest.mark.parametrize(
    "text", ["{", '{"file": "a.jpg"}', "[1]", '{"file": "a", "split": "new", "captions": []}', "\xff\xfe"]
)
def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "captions.jsonl").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"captions\.jsonl"):
        examine_photos(tmp_path)


@pytest.mark.parametrize("name", ["none", "."])
def test_nothing_known_is_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"ktvic.*flickr8k-vi.*--data"):
        read_photos(tmp_path / name)


def test_a_folder_before_those_below(tmp_path: Path) -> None:
    own_folder(tmp_path, [(f"{n}.png", "câu") for n in range(4)])
    own_folder(tmp_path / "a", [("0.png", "câu")])
    dataset = read_photos(tmp_path)
    assert (dataset.folder, len(dataset.examples)) == (tmp_path, 4)


@pytest.mark.slow
def test_development_data(shared_data: Path) -> None:
    dataset = read_photos(shared_data)
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [6090, 500, 500]
