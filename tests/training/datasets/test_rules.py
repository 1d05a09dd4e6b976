"""Every bad photo and caption is listed with what it has, and settled by its rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.datasets.making import make_photos, own_folder, photo_bytes
from training.data import DataError
from training.datasets import examine_photos, read_photos, why_unusable
from training.datasets.problems import RULES, Problem
from training.datasets.rules import LONGEST_CAPTION, MOST_CAPTIONS
from training.normalise import normalise

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "datasets.md"


def test_every_problem_has_its_rule_here_and_in_the_document() -> None:
    assert set(RULES) == set(Problem)
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [problem for problem in Problem if f"| {problem} |" not in text] == []


@pytest.mark.parametrize(
    ("captions", "problem", "kept"),
    [
        (["một câu", ""], "empty caption", 1),
        (["một câu", " . `"], "empty caption", 1),
        (["Một câu.", "một  câu"], "duplicate caption", 1),
        (["hoà bình", "hòa bình"], "duplicate caption", 1),
        (["một câu", "má»™t con chÃ³"], "damaged letters", 1),
        (["một câu", "m\ufffdt con"], "damaged letters", 1),
        (["một câu", "dài " * (LONGEST_CAPTION + 1)], "caption too long", 1),
        ([f"câu {n}" for n in range(MOST_CAPTIONS + 1)], "more captions than expected", MOST_CAPTIONS),
    ],
)
def test_captions(tmp_path: Path, captions: list[str], problem: str, kept: int) -> None:
    # Three photos, of which one becomes a validation photo: the one that is looked at is not it.
    rows = [("0.png", text) for text in captions]
    own_folder(tmp_path, [*rows, ("1.png", "câu khác"), ("2.png", "câu nữa")], photos=3)
    dataset = examine_photos(tmp_path)
    assert dataset.problems == {problem: [f"train/0.png#{len(captions) - 1}"]}
    assert {len(example.captions) for example in dataset.examples} == {kept, 1}


def test_references_for_scoring_stay_as_they_are(tmp_path: Path) -> None:
    """GIVEN test captions that would not be learned from, THEN they are scored against all the same."""
    captions = ["một câu", "Một câu.", "dài " * (LONGEST_CAPTION + 1)]
    make_photos(tmp_path / "images", "a.png", first_seed=3)
    row = {"file": "a.png", "split": "test", "captions": [*captions, ""]}
    (tmp_path / "captions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    dataset = read_photos(tmp_path, training=False)
    assert len(dataset.split("test")[0].captions) == 3
    assert dataset.problems == {"empty caption": ["a.png#3"]}


def test_captions_are_composed_and_otherwise_as_written(tmp_path: Path) -> None:
    own_folder(tmp_path, [("0.png", " Mo\u0323\u0302t câu. ")], photos=1)
    assert examine_photos(tmp_path).examples[0].captions == ("Một câu.",)


def test_photos_that_are_none(tmp_path: Path) -> None:
    """GIVEN an empty file, text, and a picture that is cut off, THEN the last takes a thorough look."""
    own_folder(tmp_path, [(f"{n}.png", "câu") for n in range(6)])
    (tmp_path / "0.png").write_bytes(b"")
    (tmp_path / "1.png").write_text("no picture")
    (tmp_path / "2.png").write_bytes(photo_bytes(2)[:120])
    quick, thorough = examine_photos(tmp_path), examine_photos(tmp_path, thorough=True)
    assert quick.problems == {"photo unreadable": ["train/0.png", "train/1.png"]}
    assert thorough.problems == {"photo unreadable": ["train/0.png", "train/1.png", "train/2.png"]}


def test_one_photo_in_two_splits_is_not_trained_on(tmp_path: Path) -> None:
    rows = []
    for number, split in enumerate(("train", "train", "train", "val", "val", "test")):
        rows.append({"file": f"{number}.png", "split": split, "captions": [f"câu {number}"]})
    make_photos(tmp_path / "images", *(str(row["file"]) for row in rows))
    (tmp_path / "captions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for copy, original in ((0, 3), (4, 5), (1, 2)):  # train in val, val in test, and two of one split
        (tmp_path / f"images/{copy}.png").write_bytes(photo_bytes(original))
    dataset = read_photos(tmp_path)
    assert dataset.problems == {"photo in two splits": ["0.png", "4.png"]}
    assert [example.id for example in dataset.examples] == ["1.png", "2.png", "3.png", "5.png"]


@pytest.mark.parametrize(("photos", "held_out"), [(1, 0), (2, 1), (5, 2), (8, 3), (30, 3), (60, 6)])
def test_validation_photos_are_cut_off(tmp_path: Path, photos: int, held_out: int) -> None:
    rows = [(f"{n}.png", f"câu {n}") for n in range(photos)]
    dataset = examine_photos(own_folder(tmp_path, rows, photos=photos))
    assert len(dataset.split("val")) == held_out
    assert len(dataset.split("train")) == photos - held_out
    # The same ones when the rows come in another order and when there is another photo.
    held = {example.id for example in dataset.split("val")}
    again = examine_photos(own_folder(tmp_path, rows[::-1], photos=photos))
    assert {example.id for example in again.split("val")} == held
    more = examine_photos(own_folder(tmp_path, [*rows, ("new.png", "câu")], photos=photos))
    assert len(held - {example.id for example in more.split("val")}) <= 1


def test_what_is_lacking_is_said(tmp_path: Path) -> None:
    own_folder(tmp_path, [("gone.png", "câu"), ("0.png", "")], photos=1)
    (tmp_path / "images.zip").touch()
    with pytest.raises(DataError) as caught:
        read_photos(tmp_path)
    for part in ("no photo with a caption", "photo missing: 1", "train/gone.png", "Unpack images.zip"):
        assert part in str(caught.value)
    one = examine_photos(own_folder(tmp_path / "one", [("0.png", "câu")], photos=1))
    assert "needs two" in (why_unusable(one) or "")
    assert why_unusable(one, training=False) is None


NAMES = st.sampled_from(["0.png", "1.png", "2.png", "gone.png", "../0.png", "/etc/0.png", "text.png", ""])
CAPTIONS = st.sampled_from(["một câu", "Một câu.", "hai câu khác", "", "má»™t", "dài " * 70, "`"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NAMES, CAPTIONS).filter(any), min_size=1, max_size=12))
def test_every_row_ends_in_an_example_or_in_a_problem(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    own_folder(tmp_path, rows, photos=4)
    (tmp_path / "text.png").write_text("no picture")
    dataset = examine_photos(tmp_path)
    kept = {f"train/{example.image.name}": example for example in dataset.examples}
    listed = {name for names in dataset.problems.values() for name in names}
    seen: dict[str, int] = {}
    for line, (name, caption) in enumerate(rows, 2):
        number = seen[name] = seen.get(name, -1) + 1
        place = f"train/{name}"
        used = place in kept and normalise(caption) in map(normalise, kept[place].captions)
        assert used or listed & {place, f"{place}#{number}", f"captions.csv, line {line}"}
