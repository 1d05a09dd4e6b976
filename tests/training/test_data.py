"""Datasets are read whole; what is wrong with them is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.data import DataError, read_flickr8k_vi, read_sentences
from training.vocabulary import END_ID, PAD_ID, train_tokenizer


def test_reads_splits(toy_data: Path) -> None:
    dataset = read_flickr8k_vi(toy_data / "flickr8k-vi")
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [32, 8, 8]
    assert dataset.problems == {}
    assert "train: 32 photos, 64 captions" in dataset.summary()


def test_missing_photos_are_listed_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    row = {"file": "gone.jpg", "split": "train", "captions": ["một con chó"]}
    (tmp_path / "captions.jsonl").write_text(json.dumps(row))
    dataset = read_flickr8k_vi(tmp_path)
    assert dataset.examples == []
    assert dataset.problems == {"photo missing": ["gone.jpg"]}
    assert "left out, photo missing: 1" in dataset.summary()


@pytest.mark.parametrize("text", ["{", '{"file": "a.jpg"}', "[1]", b"\xff\xfe".decode("latin1")])
def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "captions.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"captions\.jsonl"):
        read_flickr8k_vi(tmp_path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--data"):
        read_flickr8k_vi(tmp_path)


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


def test_tokenizer_spells_what_it_never_saw() -> None:
    """GIVEN words and signs outside the training text, THEN they survive encoding and decoding."""
    tokenizer = train_tokenizer(["một con chó đen chạy trên cỏ"] * 5, 320)
    assert tokenizer.token_to_id("<pad>") == PAD_ID
    assert tokenizer.token_to_id("<eos>") == END_ID
    assert len(tokenizer.encode("một con chó").ids) == 3
    for text in ("phở bò Huế", "kraken 7", "chó 🙂 cỏ"):
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_development_data(shared_data: Path) -> None:
    dataset = read_flickr8k_vi(shared_data / "flickr8k-vi")
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [6090, 500, 500]
