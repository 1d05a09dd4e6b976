"""Reads VieCap4H (VLSP 2021): JSON lists of ``{id, captions}`` with one caption a line.

Not run: on VieCap4H itself, which is given out under an agreement; the tests make a folder of its form.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.datasets.columns import as_captions
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles
from training.datasets.problems import Problem
from training.datasets.split_names import split_in
from training.datasets.texts import read_json

_START = 256


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read ``train_captions.json`` and its like; the photos are in ``images_train`` and its like.

    Raises:
        DataError: such a file is not JSON.
    """
    found = [file for file in sorted(folder.glob("*captions*.json")) if _is_list(file)]
    if not found:
        return None
    gathered = Gathered()
    for file in found:
        split = split_in(file.stem) or "train"
        rows = read_json(file, gathered.problems)
        for number, row in enumerate(rows):
            captions = _captions(row)
            if captions is None:
                gathered.problems.add(Problem.BAD_ROW, f"{file.name}/{number}")
                continue
            image = files.find(row["id"], [f"images_{split}", f"images/{split}", "images"])
            gathered.add(split, row["id"], captions, image)
    return gathered


def _is_list(file: Path) -> bool:
    with file.open("rb") as opened:
        start = opened.read(_START).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"[")


def _captions(row: Any) -> list[str] | None:
    if not (isinstance(row, dict) and isinstance(row.get("id"), str)):
        return None
    captions = as_captions(row.get("captions"))
    return captions and [line for text in captions for line in text.splitlines()]


FORM = Form("viecap4h", "VieCap4H's train_captions.json", read)
