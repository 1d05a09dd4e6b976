"""Reads a person's own folder: photos, and a CSV file that says what is on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data import DataError
from training.datasets.columns import CAPTION_NAMES, PHOTO_NAMES, SPLIT_NAMES, column, plain
from training.datasets.csv_rows import read_rows
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles, is_photo_name
from training.datasets.problems import Problem, Problems
from training.datasets.split_names import split_in, split_of

_SUFFIXES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of one file and the positions of its columns."""

    file: Path
    rows: Sequence[tuple[int, list[str]]]
    photo: int
    caption: int
    split: int | None


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read rows of photo and caption, with or without headers, perhaps with a column for the split.

    Several files are for the splits their names speak of. Photos that no row names are listed.

    Raises:
        DataError: there are photos, but no file says what is on them, or several do and no names of splits
            tell them apart.
    """
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES]
    gathered = Gathered()
    if not found or not files.all():
        return None
    tables = [table for file in found if (table := _table(file, gathered.problems))]
    if not tables:
        raise DataError(
            f"{folder} has photos and {', '.join(path.name for path in found)}, but no file with a column "
            "for the photo, such as 'file' or 'tên ảnh', and one for the caption, such as 'caption', 'mô tả'."
        )
    unnamed = [table.file.name for table in tables if split_in(table.file.stem) is None]
    if len(tables) > 1 and unnamed:
        raise DataError(
            f"{folder} has several files of captions: {', '.join(table.file.name for table in tables)}. "
            "Keep one, or name them train.csv, val.csv and test.csv."
        )
    for table in tables:
        _gather(table, gathered, files)
    named = {photo.image for photo in gathered.photos.values()}
    unsaid = [path.relative_to(folder).as_posix() for path in files.all() if path not in named]
    gathered.problems.add(Problem.NO_CAPTION, *unsaid)
    return gathered


def _table(file: Path, problems: Problems) -> _Table | None:
    rows = read_rows(file, problems)
    if not rows:
        return None
    headers = rows[0][1]
    photo, caption = column(headers, PHOTO_NAMES), column(headers, CAPTION_NAMES)
    if photo is not None and caption is not None and photo != caption:
        return _Table(file, rows[1:], photo, caption, column(headers, SPLIT_NAMES))
    if len(headers) > 1 and is_photo_name(headers[0]):
        return _Table(file, rows, 0, 1, None)
    return None


def _gather(table: _Table, gathered: Gathered, files: PhotoFiles) -> None:
    usual = split_in(table.file.stem) or "train"
    for line, row in table.rows:
        name = row[table.photo].strip().replace("\\", "/") if table.photo < len(row) else ""
        word = row[table.split] if table.split is not None and table.split < len(row) else ""
        split = split_of(plain(word)) if word.strip() else usual
        if not name or split is None or table.caption >= len(row):
            gathered.problems.add(Problem.BAD_ROW, f"{table.file.name}, line {line}")
            continue
        image = files.find(name, ["", "images", split], any_suffix=not is_photo_name(name))
        gathered.add(split, name, [row[table.caption]], image)


FORM = Form("own folder", "photos and a CSV file with the columns file and caption", read)
