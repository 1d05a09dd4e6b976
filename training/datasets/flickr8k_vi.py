"""Reads the form this project keeps its own data in: ``captions.jsonl`` and ``images/``."""

from __future__ import annotations

from pathlib import Path

from training.data import SPLITS, DataError, json_lines
from training.datasets.gathered import Form, Gathered, Photo
from training.datasets.photo_files import PhotoFiles

CAPTIONS_FILE = "captions.jsonl"
PHOTOS = "images"


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read rows ``{file, split, captions, captions_en}``; English captions may be absent.

    Raises:
        DataError: a row is not of that form.
    """
    file = folder / CAPTIONS_FILE
    if not (file.is_file() and (folder / PHOTOS).is_dir()):
        return None
    gathered = Gathered()
    for number, row in json_lines(file):
        try:
            name, split, captions = str(row["file"]), row["split"], list(map(str, row["captions"]))
            english = tuple(map(str, row.get("captions_en", ())))
        except (KeyError, TypeError) as exc:
            raise DataError(
                f"{file}, line {number}: not a row of file, split and captions ({exc!r})."
            ) from exc
        if split not in SPLITS:
            raise DataError(f"{file}, line {number}: the split {split!r} is none of {', '.join(SPLITS)}.")
        image = files.find(name, [PHOTOS], elsewhere=False)
        photo = gathered.photos.setdefault(name, Photo(name, split, image, english=english))
        photo.captions += captions
    return gathered


FORM = Form("flickr8k-vi", f"{CAPTIONS_FILE} and {PHOTOS}/", read)
