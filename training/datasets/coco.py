"""Reads datasets laid out as COCO's captions are: JSON files with ``images`` and ``annotations``."""

from __future__ import annotations

import re
from pathlib import Path

from training.datasets.coco_tables import read_tables
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles
from training.datasets.split_names import split_in

_PLACES = ("annotations", "data/annotations", "")

_OTHER_TASKS = ("instances", "person_keypoints", "panoptic", "stuff", "image_info")
"""COCO's files beside those of captions."""

_START = 4096

_TABLE = re.compile(rb'"(images|annotations)"\s*:\s*\[')


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read every file of captions; its name says for which split it is, else it is for training.

    Raises:
        DataError: such a file is not JSON.
    """
    found = next((paths for place in _PLACES if (paths := _caption_files(folder / place))), [])
    if not found:
        return None
    gathered = Gathered()
    for file in found:
        split = split_in(file.stem) or "train"
        year = file.stem[-4:] if file.stem[-4:].isdigit() else ""
        names = [f"{split}{year}", split]
        folders = [
            "",
            *(f"{base}{name}" for name in names for base in ("", "images/", "data/images/")),
            "images",
        ]
        for name, texts in read_tables(file, "COCO", gathered.problems):
            gathered.add(split, name, texts, files.find(name, folders))
    return gathered


def _caption_files(folder: Path) -> list[Path]:
    """Files of captions in a folder; those of COCO's name alone, where there are some."""
    candidates = [
        path
        for path in sorted(folder.glob("*.json"))
        if not path.name.startswith(_OTHER_TASKS) and _has_tables(path)
    ]
    return [path for path in candidates if path.name.startswith("captions")] or candidates


def _has_tables(file: Path) -> bool:
    """Whether a file begins as those of tables do; it may have hundreds of megabytes."""
    with file.open("rb") as opened:
        return _TABLE.search(opened.read(_START).replace(b"\0", b"")) is not None


FORM = Form("coco", "COCO-style annotations/captions_*.json", read)
