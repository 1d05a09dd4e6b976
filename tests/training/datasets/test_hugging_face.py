"""Folders as Hugging Face's ``datasets`` lays them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import free_space
from engine.store_error import StoreError
from tests.training.datasets.making import make_photos, photo_bytes, write_text
from training.data import DataError
from training.datasets import examine_photos, parquet, read_photos


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parquet, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.mark.parametrize("base", ["", "data"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_image_folder(tmp_path: Path, base: str, form: str) -> None:
    """GIVEN a row for each caption, as they are often flattened, THEN they come together."""
    for seed, split in enumerate(("train", "validation", "test")):
        place = tmp_path / "set" / base / split
        make_photos(place, "a.png", "sub/b.png", first_seed=10 * seed)
        rows = [(name, f"câu {i}") for name in ("a.png", "sub/b.png") for i in range(2)]
        if form == "csv":
            text = "file_name,caption\n" + "".join(f"{name},{caption}\n" for name, caption in rows)
        else:
            text = "".join(
                json.dumps({"file_name": n, "caption_vi": c, "caption": "x"}) + "\n" for n, c in rows
            )
        write_text(place / f"metadata.{form}", text)
    dataset = read_photos(tmp_path / "set")
    assert (dataset.kind, dataset.problems) == ("image folder", {})
    assert dataset.counts() == {split: {"photos": 2, "captions": 4} for split in ("test", "train", "val")}
    assert dataset.split("val")[0].captions == ("câu 0", "câu 1")


def test_image_folder_of_one_split_with_bad_rows(tmp_path: Path) -> None:
    make_photos(tmp_path, "a.png", "b.png")
    rows = ['{"file_name": "a.png", "text": ["một", "hai"]}', "{", '{"file_name": "b.png"}', "[]"]
    write_text(tmp_path / "metadata.jsonl", "\n".join([*rows, '{"file_name": "b.png", "text": 3}']))
    dataset = examine_photos(tmp_path)
    assert dataset.examples[0].captions == ("một", "hai")
    assert [name.partition(", ")[2] for name in dataset.problems["row not understood"]] == [
        f"line {number}" for number in (2, 3, 4, 5)
    ]


def write_parquet(path: Path, images: list[Any], **columns: list[Any]) -> None:
    struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"image": pa.array(images, struct), **columns}), path)


def cell(seed: int, path: str | None = None) -> dict[str, Any]:
    return {"bytes": photo_bytes(seed), "path": path}


@pytest.mark.parametrize(
    "place", ["train-00000-of-00001.parquet", "data/train-0.parquet", "train/0000.parquet"]
)
def test_parquet_with_lists_of_captions(tmp_path: Path, cache: Path, place: str) -> None:
    images = [cell(n, "x.png") for n in range(4)]
    captions = [[f"câu {n}", f"câu khác {n}"] for n in range(4)]
    write_parquet(tmp_path / "set" / place, images, caption_vi=captions, image_uid=["a", "b", "c", "d"])
    dataset = read_photos(tmp_path / "set")
    assert (dataset.kind, dataset.problems) == ("parquet", {})
    assert {s: item["photos"] for s, item in dataset.counts().items()} == {"train": 2, "val": 2}
    first = dataset.examples[0]
    assert (first.captions, first.image.read_bytes()) == (("câu 0", "câu khác 0"), photo_bytes(0))
    assert first.image.is_relative_to(cache)


def test_parquet_is_unpacked_once_and_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "set" / "train.parquet"
    write_parquet(file, [cell(0), cell(0), cell(1)], caption=["một", "hai", "ba"])
    dataset = examine_photos(tmp_path / "set")
    assert sorted(example.captions for example in dataset.examples) == [("ba",), ("một", "hai")]
    photo = dataset.examples[0].image
    before = photo.stat().st_mtime_ns
    assert examine_photos(tmp_path / "set").examples == dataset.examples
    assert photo.stat().st_mtime_ns == before
    photo.unlink()
    assert examine_photos(tmp_path / "set").examples == dataset.examples
    write_parquet(file, [cell(7), cell(8)], caption=["bảy", "tám"])
    assert {example.captions for example in examine_photos(tmp_path / "set").examples} == {("bảy",), ("tám",)}


def test_parquet_rows_without_a_photo(tmp_path: Path) -> None:
    """GIVEN bytes, a path in the folder, a path out of it, nothing, THEN each is used or listed."""
    root = tmp_path / "set"
    make_photos(tmp_path, "secret.png")
    make_photos(root / "images", "in.png", first_seed=5)
    paths = ["in.png", "../secret.png", str(tmp_path / "secret.png"), None]
    images = [cell(0), *({"bytes": None, "path": path} for path in paths), cell(9)]
    write_parquet(root / "train.parquet", images, text=["một", "hai", "ba", "bốn", "năm", None])
    dataset = examine_photos(root)
    assert sorted(example.captions for example in dataset.examples) == [("hai",), ("một",)]
    assert dataset.problems == {
        "row not understood": ["train.parquet, row 4", "train.parquet, row 5"],
        "photo outside the folder": ["train/../secret.png", f"train/{tmp_path}/secret.png"],
    }


def test_parquet_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "set" / "train.parquet"
    write_parquet(path, [cell(0)], label=[1])
    with pytest.raises(DataError, match="no column of captions; it has image, label"):
        examine_photos(tmp_path / "set")
    pq.write_table(pa.table({"url": ["x"], "caption": ["một"]}), path)
    with pytest.raises(DataError, match="no column with the bytes"):
        examine_photos(tmp_path / "set")
    path.write_bytes(b"PAR1 not at all")
    with pytest.raises(DataError, match="not a parquet file"):
        examine_photos(tmp_path / "set")


def test_no_room_for_the_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_parquet(tmp_path / "set" / "train.parquet", [cell(0)], caption=["một"])
    monkeypatch.setattr(free_space, "SPARE_BYTES", 1 << 62)
    with pytest.raises(StoreError):
        examine_photos(tmp_path / "set")
