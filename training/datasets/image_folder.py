"""Reads image folders as Hugging Face's ``datasets`` does: photos beside ``metadata.jsonl`` or ``.csv``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.datasets.columns import CAPTION_NAMES, as_captions, column
from training.datasets.csv_rows import read_rows
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles
from training.datasets.problems import Problem, Problems
from training.datasets.split_names import split_folders
from training.datasets.texts import read_text

_FILES = ("metadata.jsonl", "metadata.csv")
_PHOTO = "file_name"


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read the metadata of each split's folder, in the dataset's folder or in ``data/``; or of one for all.

    Raises:
        DataError: a file is in an unknown encoding.
    """
    parts = [*split_folders(folder)]
    if (folder / "data").is_dir():
        parts += split_folders(folder / "data")
    if not any(_metadata(place) for _, place in parts):
        parts = [("train", folder)]
    gathered = Gathered()
    found = [(split, place, file) for split, place in parts if (file := _metadata(place))]
    for split, place, file in found:
        below = place.relative_to(folder).as_posix()
        for label, row in _rows(file, gathered.problems):
            captions = _captions(row)
            name = row.get(_PHOTO)
            if captions is None or not isinstance(name, str):
                gathered.problems.add(Problem.BAD_ROW, label)
            else:
                gathered.add(split, name, captions, files.find(name, [below], elsewhere=False))
    return gathered if found else None


def _metadata(folder: Path) -> Path | None:
    return next((folder / name for name in _FILES if (folder / name).is_file()), None)


def _rows(file: Path, problems: Problems) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Label and fields of each row."""
    place = f"{file.parent.name}/{file.name}"
    if file.suffix == ".csv":
        rows = read_rows(file, problems)
        headers = rows[0][1] if rows else []
        for line, row in rows[1:]:
            yield f"{place}, line {line}", dict(zip(headers, row, strict=False))
        return
    for number, text in enumerate(read_text(file, problems).split("\n"), 1):
        if text.strip():
            yield f"{place}, line {number}", _parsed(text)


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return row if isinstance(row, dict) else {}


def _captions(row: Mapping[str, Any]) -> list[str] | None:
    headers = list(row)
    position = column(headers, CAPTION_NAMES)
    return as_captions(row[headers[position]]) if position is not None else None


FORM = Form("image folder", "train/metadata.jsonl or .csv with file_name and caption", read)
