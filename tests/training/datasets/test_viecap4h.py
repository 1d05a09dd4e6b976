"""VieCap4H's lists of captions, one a line."""

from __future__ import annotations

from pathlib import Path

from tests.training.datasets.making import make_photos, write_json
from training.datasets import examine_photos, read_photos

ROWS = [{"id": f"{n}.jpg", "captions": f"câu đầu {n}\ncâu sau {n}\n"} for n in range(6)]


def test_reads_one_caption_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "viecap4h-public-train"
    write_json(folder / "train_captions.json", ROWS)
    write_json(folder / "sample_submission.json", [{"id": "0.jpg", "captions": "mẫu"}])
    make_photos(folder / "images_train", *(row["id"] for row in ROWS))
    dataset = read_photos(tmp_path)
    assert (dataset.kind, dataset.problems) == ("viecap4h", {})
    assert dataset.examples[0].captions == ("câu đầu 0", "câu sau 0")
    assert {split: item["photos"] for split, item in dataset.counts().items()} == {"train": 3, "val": 3}


def test_rows_of_another_form_are_listed(tmp_path: Path) -> None:
    rows = [*ROWS, {"id": "x.jpg"}, {"captions": "một câu"}, 7, {"id": "7.jpg", "captions": ["\n", "câu"]}]
    write_json(tmp_path / "train_captions.json", rows)
    make_photos(tmp_path, *(f"{n}.jpg" for n in range(6)))
    assert examine_photos(tmp_path).problems == {
        "row not understood": [f"train_captions.json/{number}" for number in (6, 7, 8)],
        "photo missing": ["train/7.jpg"],
    }
