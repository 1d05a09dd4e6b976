"""Reads UIT-ViIC (arXiv 2002.00175): three files of captions for photos of COCO's train2017.

Every photo has five captions, but eight of the training photos: three have ten, one has nine and one has
four, some of them twice, and three have a single stray key press ("`", "]", "Ng"). They are listed; each
keeps the first five different captions that are sentences, which leaves the last three without any.
"""

from __future__ import annotations

from pathlib import Path

from training.data import SPLITS
from training.datasets.coco_tables import read_tables
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles

_PLACES = ("", "annotations", "vi")
_PHOTOS = ("train2017", "images/train2017", "images", "coco/train2017")


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read the splits that are there; mirrors without the test captions exist.

    Raises:
        DataError: a file is not of UIT-ViIC's form.
    """
    for place in _PLACES:
        found = {split: folder / place / f"uitviic_captions_{split}2017.json" for split in SPLITS}
        if found["train"].is_file():
            break
    else:
        return None
    gathered = Gathered()
    for split, file in found.items():
        if file.is_file():
            for name, texts in read_tables(file, "UIT-ViIC", gathered.problems):
                gathered.add(split, name, texts, files.find(name, _PHOTOS))
    return gathered


FORM = Form("uit-viic", "UIT-ViIC's uitviic_captions_train2017.json", read, captions=5, shortest=2)
