"""Files of captions: what is read, and what is said of those that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.data import DataError
from training.metrics import Scored
from training.metrics.predictions import Prediction, check_same, read_predictions, write_predictions

ROW = {"id": "1", "references": ["một con chó"], "hypothesis": "con chó"}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    written = [Prediction("b", Scored("con chó", ("một", "hai"))), Prediction("a", Scored("", ("ba",)))]
    write_predictions(file, written)
    assert read_predictions(file) == written
    assert "một" in file.read_text(encoding="utf-8")


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    file.write_text(json.dumps([ROW | {"id": 7}]))
    assert read_predictions(file)[0].id == "7"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"id": 1,\n ]', "line 2, column 2"),
        (b'["\xff"]', "byte 2 is not UTF-8"),
        (b"{}", "not a list"),
        (b"[]", "empty"),
        (b"[1]", "entry 1 is not an object"),
        (json.dumps([ROW, {"id": "2"}]).encode(), "entry 2 has no references and no hypothesis"),
        (json.dumps([ROW | {"id": None}]).encode(), "entry 1: its id"),
        (json.dumps([ROW | {"hypothesis": 3}]).encode(), r"entry 1 \(id 1\): its hypothesis"),
        (json.dumps([ROW | {"references": "một"}]).encode(), r"entry 1 \(id 1\): its references"),
        (json.dumps([ROW | {"references": []}]).encode(), r"entry 1 \(id 1\): it has no references"),
        (json.dumps([ROW, ROW]).encode(), "entry 2 repeats the id 1"),
    ],
)
def test_bad_files_are_refused_with_the_place(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=f"captions.json.*{said}"):
        read_predictions(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.json: No such file"):
        read_predictions(tmp_path / "none.json")


def test_two_sides_are_brought_into_one_order() -> None:
    first = [Prediction("a", Scored("x", ("r",))), Prediction("b", Scored("y", ("s",)))]
    second = [Prediction("b", Scored("z", ("s",))), Prediction("a", Scored("w", ("r",)))]
    assert [item.scored.hypothesis for item in check_same(first, second)] == ["w", "z"]


def test_other_pictures_or_references_are_not_compared() -> None:
    first = [Prediction("a", Scored("x", ("r",)))]
    with pytest.raises(DataError, match="2 pictures are on one side"):
        check_same(first, [Prediction("b", Scored("x", ("r",)))])
    with pytest.raises(DataError, match="references of picture a"):
        check_same(first, [Prediction("a", Scored("x", ("other",)))])
