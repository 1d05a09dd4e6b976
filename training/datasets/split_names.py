"""The names people give to splits."""

from __future__ import annotations

import re
from pathlib import Path

_NAMES = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test",
    # Without tone marks, as headers are compared.
    "huan luyen": "train", "kiem dinh": "val", "kiem tra": "test",
}  # fmt: skip

_WORD = re.compile(
    r"(?<![a-z])(train|training|val|valid|validation|dev|test|testing)(?![a-z])", re.IGNORECASE
)
"""As in ``captions_val2017`` or ``test-00000-of-00001``."""


def split_of(word: str) -> str | None:
    """The split a word stands for."""
    return _NAMES.get(word.strip().lower())


def split_in(name: str) -> str | None:
    """The split a file's or folder's name speaks of."""
    found = _WORD.search(name)
    return _NAMES[found.group(1).lower()] if found else None


def split_folders(folder: Path) -> list[tuple[str, Path]]:
    """(split, folder) of the folders of a dataset that are named as splits are, such as ``validation``."""
    below = sorted(path for path in folder.iterdir() if path.is_dir())
    return [(split, path) for path in below if (split := split_of(path.name))]
