"""Captions in text files, as Flickr8k and Flickr30k came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.datasets.making import make_photos, write_text
from training.datasets import examine_photos, read_photos

NAMES = [f"{number}_ab.jpg" for number in range(6)]


@pytest.mark.parametrize(
    ("file", "header", "line"),
    [
        ("Flickr8k.token.txt", "", "{name}#{i}\tMột câu, số {i} .\n"),
        ("captions.txt", "image,caption\n", "{name},Một câu, số {i} .\n"),
        ("captions.txt", "image,caption\n", '{name},"Một câu, số {i} ."\n'),
        ("results.csv", "image_name| comment_number| comment\n", "{name}| {i}| Một câu, số {i} .\n"),
    ],
)
def test_the_three_forms(tmp_path: Path, file: str, header: str, line: str) -> None:
    lines = [line.format(name=name, i=i) for name in NAMES for i in range(5)]
    write_text(tmp_path / file, header + "".join(lines))
    make_photos(tmp_path / "Images", *NAMES)
    dataset = read_photos(tmp_path)
    assert (dataset.kind, dataset.problems) == ("flickr", {})
    assert {len(example.captions) for example in dataset.examples} == {5}
    assert dataset.examples[0].captions[3] == "Một câu, số 3 ."


def test_flickr8k_with_its_lists_and_other_tables(tmp_path: Path) -> None:
    """GIVEN Flickr8k as it came, THEN its captions are found, and its splits are those of its lists."""
    texts = tmp_path / "Flickr8k_text"
    write_text(texts / "Flickr8k.token.txt", "".join(f"{name}#0\tmột câu\n" for name in NAMES))
    write_text(texts / "Flickr8k.lemma.token.txt", "".join(f"{name}#0\tmột\n" for name in NAMES))
    write_text(texts / "ExpertAnnotations.txt", "0_ab.jpg\t1_ab.jpg#2\t1\t1\t1\n")
    for split, names in (("train", NAMES[:3]), ("dev", NAMES[3:4]), ("test", NAMES[4:])):
        write_text(texts / f"Flickr_8k.{split}Images.txt", "\n".join(names))
    make_photos(tmp_path / "Flicker8k_Dataset", *NAMES)
    dataset = read_photos(tmp_path)
    assert dataset.problems == {}
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [3, 1, 2]
    assert dataset.examples[0].captions == ("một câu",)


def test_a_file_in_the_folder_of_each_split(tmp_path: Path) -> None:
    """As in a copy of UIT-ViIC, where names begin anew in each split."""
    for seed, split in enumerate(("train", "valid", "test")):
        write_text(tmp_path / split / "captions.txt", "images/1.jpg\tmột câu\nimages/2.jpg\thai câu\n")
        make_photos(tmp_path / split / "images", "1.jpg", "2.jpg", first_seed=10 * seed)
    (tmp_path / "test" / "images" / "2.jpg").unlink()
    dataset = read_photos(tmp_path)
    assert dataset.problems == {"photo missing": ["test/images/2.jpg"]}
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [2, 2, 1]


def test_lines_that_are_no_captions_are_listed(tmp_path: Path) -> None:
    write_text(tmp_path / "captions.txt", "a.jpg,một câu\n\nkhông có ảnh\nb.jpg,hai câu\nc.jpg,\n")
    make_photos(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    problems = examine_photos(tmp_path).problems
    assert problems == {
        "row not understood": ["captions.txt, line 3"],
        "empty caption": ["train/c.jpg#0"],
        "no caption": ["train/c.jpg"],
    }
