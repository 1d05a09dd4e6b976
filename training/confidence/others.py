"""Pictures that are no photos, as ``python -m training gate --make FOLDER`` makes them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.contract import Verdict
from training.data import DataError

_PHOTOS_INSIDE = (Verdict.PHOTO, Verdict.MIXED)
"""What is said of these may be right."""


@dataclass(frozen=True, slots=True)
class Other:
    """One picture.

    Attributes:
        file: where it is.
        source: what it is of, such as ``chart``.
        part: ``fit`` or ``test``.
    """

    file: Path
    source: str
    part: str


def read_others(folder: Path) -> list[Other]:
    """The pictures of a folder that hold no photo.

    Raises:
        DataError: the folder was not made by ``python -m training gate --make``.
    """
    manifest = folder / "manifest.jsonl"
    try:
        rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
        return [
            Other(folder / row["file"], row["source"], row["part"])
            for row in rows
            if row["kind"] not in _PHOTOS_INSIDE
        ]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DataError(
            f"{manifest} does not list made pictures ({exc!r}). Make them with "
            f"python -m training gate --make {folder}"
        ) from exc


def some(others: Sequence[Other], part: str, most: int) -> list[Other]:
    """Pictures of one part, at most so many, always the same ones.

    Args:
        others: of both parts.
        part: ``fit`` or ``test``.
        most: how many at most.
    """
    those = [other for other in others if other.part == part]
    return random.Random(0).sample(those, min(most, len(those)))
