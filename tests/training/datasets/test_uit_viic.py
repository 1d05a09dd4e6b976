"""UIT-ViIC's real annotation files, with made photos."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.training.datasets.making import make_photos
from training.datasets import read_photos

UNUSUAL = {300655, 487607, 487659, 375153, 346450, 487788, 246976, 549915}
"""The photos whose number of captions is not five."""


@pytest.fixture
def annotations(shared_data: Path) -> Path:
    folder = shared_data / "uit-viic"
    if not folder.is_dir():
        pytest.skip("needs UIT-ViIC's annotation files in ../shared/data/uit-viic")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("places", "photos"), [("annotations", "train2017"), ("uit", "images"), ("", "images/train2017")]
)
def test_the_real_files(annotations: Path, tmp_path: Path, places: str, photos: str) -> None:
    """GIVEN photos as COCO has them or in any folder, THEN all are found, and the unusual eight settled."""
    (tmp_path / places).mkdir(exist_ok=True)
    names = []
    for file in sorted(annotations.glob("*.json")):
        shutil.copy(file, tmp_path / places)
        names += [row["file_name"] for row in json.loads(file.read_text(encoding="utf-8"))["images"]]
    make_photos(tmp_path / photos, *names)
    dataset = read_photos(tmp_path)
    assert dataset.kind == "uit-viic"
    assert [len(dataset.split(split)) for split in ("train", "val", "test")] == [2692, 924, 231]
    assert {int(Path(name).stem) for name in dataset.problems["unexpected number of captions"]} == UNUSUAL
    assert max(len(example.captions) for example in dataset.examples) == 5
    kept = Counter({int(Path(item.id).stem): len(item.captions) for item in dataset.split("train")})
    assert [kept[number] for number in (487607, 487659, 487788, 549915, 300655)] == [5, 5, 5, 5, 2]
    assert not kept.keys() & {346450, 375153, 246976}
    assert len(dataset.problems["no caption"]) == 3
    # Every row of the files is in an example or listed.
    rows = sum(
        len(json.loads(file.read_text(encoding="utf-8"))["annotations"]) for file in annotations.glob("*")
    )
    listed = sum(name.count("#") for names in dataset.problems.values() for name in names)
    assert sum(len(example.captions) for example in dataset.examples) + listed == rows
