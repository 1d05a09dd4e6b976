"""Splits are kept with a run; sentences and the tokenizer's text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.data import DataError, Dataset, Example, read_sentences, read_splits, write_splits
from training.vocabulary import END_ID, PAD_ID, train_tokenizer


def dataset(**splits: str) -> Dataset:
    examples = [Example(name, Path(f"{name}.jpg"), ("câu",), split) for name, split in splits.items()]
    return Dataset(examples, {"photo missing": ["x"]}, "own folder", Path("somewhere"))


def test_a_run_keeps_its_splits(tmp_path: Path) -> None:
    """GIVEN splits written down, WHEN the dataset is split otherwise and has a new photo, THEN they stay."""
    file = tmp_path / "splits.json"
    write_splits(dataset(a="train", b="val", c="train", d="test"), file)
    found = read_splits(dataset(c="val", d="train", e="train", a="train", b="train"), file)
    assert [(item.id, item.split) for item in found.examples] == [
        ("a", "train"), ("c", "train"), ("b", "val"), ("d", "test"),
    ]  # fmt: skip
    assert found.problems == {"photo missing": ["x"], "not in the splits of the run": ["e"]}
    assert (found.kind, found.folder) == ("own folder", Path("somewhere"))


def test_photos_of_a_run_that_are_gone(tmp_path: Path) -> None:
    write_splits(dataset(a="train", b="val"), tmp_path / "splits.json")
    with pytest.raises(DataError, match=r"lacks 1 of the 2 photos .* such as b"):
        read_splits(dataset(a="train"), tmp_path / "splits.json")


@pytest.mark.parametrize("text", [None, "{", "[]", '{"train": ["a"]}'])
def test_damaged_splits(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "splits.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(DataError, match=r"splits\.json"):
        read_splits(dataset(a="train"), file)


def test_sentences_are_normalised_and_chosen(tmp_path: Path) -> None:
    rows = [
        {"text": "Một con chó.", "source": "a"},
        {"text": "Hai chữ", "source": "a"},
        {"text": "Không lấy nguồn này", "source": "b"},
        {"text": "dài " * 50, "source": "a"},
    ]
    path = tmp_path / "text.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    assert read_sentences(path, exclude=("b",)) == ["một con chó"]


@pytest.mark.parametrize("text", ["{", '{"text": "a"}', "[1]"])
def test_sentences_of_another_form(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text.jsonl"
    path.write_text(text)
    with pytest.raises(DataError, match=r"text\.jsonl"):
        read_sentences(path)
    with pytest.raises(DataError, match="--data"):
        read_sentences(tmp_path / "none.jsonl")


def test_tokenizer_spells_what_it_never_saw() -> None:
    """GIVEN words and signs outside the training text, THEN they survive encoding and decoding."""
    tokenizer = train_tokenizer(["một con chó đen chạy trên cỏ"] * 5, 320)
    assert tokenizer.token_to_id("<pad>") == PAD_ID
    assert tokenizer.token_to_id("<eos>") == END_ID
    assert len(tokenizer.encode("một con chó").ids) == 3
    for text in ("phở bò Huế", "kraken 7", "chó 🙂 cỏ"):
        assert tokenizer.decode(tokenizer.encode(text).ids) == text
