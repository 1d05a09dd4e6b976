"""The two tables of COCO's caption files: ``images`` names photos by id, ``annotations`` has captions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data import DataError
from training.datasets.problems import Problem, Problems
from training.datasets.texts import read_json

_NAME_KEYS = ("file_name", "filename")
"""COCO's word, and KTVIC's."""


@dataclass(frozen=True, slots=True)
class Tables:
    """One file.

    Attributes:
        names: image id -> the photo's name.
        captions: image id -> its captions, in the order of the file.
    """

    names: dict[str, str]
    captions: dict[str, list[str]]

    def __iter__(self) -> Iterator[tuple[str, list[str]]]:
        return ((name, self.captions.get(key, [])) for key, name in self.names.items())


def read_tables(file: Path, form: str, problems: Problems) -> Tables:
    """Read both tables.

    Args:
        file: in JSON.
        form: whose form it is to have, for the error.
        problems: rows that cannot be used are listed here as ``<file's stem>/<table> <row's id>``.

    Raises:
        DataError: the file is absent, not JSON, or has no such tables.
    """
    raw = read_json(file, problems)
    if not is_tables(raw):
        raise DataError(f"{file} is not of {form}'s form: the lists images and annotations.")
    tables = Tables({}, {})
    for number, row in enumerate(raw["images"]):
        key, name = _field(row, "id"), next((row[key] for key in _NAME_KEYS if _is_text(row, key)), None)
        # One id for two photos: the captions may be of either.
        if key is None or name is None or tables.names.setdefault(key, name) != name:
            problems.add(Problem.BAD_ROW, f"{file.stem}/image {number if key is None else key}")
    for number, row in enumerate(raw["annotations"]):
        key, label = _field(row, "image_id"), f"{file.stem}/annotation {_field(row, 'id') or number}"
        if key is None or not _is_text(row, "caption"):
            problems.add(Problem.BAD_ROW, label)
        elif key not in tables.names:
            problems.add(Problem.ORPHAN_CAPTION, label)
        else:
            tables.captions.setdefault(key, []).append(row["caption"])
    return tables


def is_tables(raw: Any) -> bool:
    """Whether a JSON value has the tables."""
    return isinstance(raw, dict) and all(isinstance(raw.get(key), list) for key in ("images", "annotations"))


def _field(row: Any, key: str) -> str | None:
    value = row.get(key) if isinstance(row, Mapping) else None
    return str(value) if isinstance(value, int | str) else None


def _is_text(row: Any, key: str) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get(key), str)
