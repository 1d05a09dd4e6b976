"""Reads KTVIC (arXiv 2401.08100), as its authors and as its copies lay it out.

Not run: on KTVIC itself, which may not be passed on; the tests make a folder of its form.
"""

from __future__ import annotations

from pathlib import Path

from training.datasets.coco_tables import read_tables
from training.datasets.gathered import Form, Gathered
from training.datasets.photo_files import PhotoFiles

_LAYOUTS = (
    (("train_data.json", "test_data.json"), ("train-images", "public-test-images")),
    (("annotations/train_caption.json", "annotations/test_caption.json"), ("images/train", "images/test")),
)
"""Captions, then photos; of training, then of test."""


def read(folder: Path, files: PhotoFiles) -> Gathered | None:
    """Read photos and captions of both splits.

    Raises:
        DataError: a file is absent or not of KTVIC's form.
    """
    for captions, photos in _LAYOUTS:
        if (folder / captions[0]).is_file():
            gathered = Gathered()
            for split, file, below in zip(("train", "test"), captions, photos, strict=True):
                for name, texts in read_tables(folder / file, "KTVIC", gathered.problems):
                    # Copies differ in the photos' suffixes; their names are those of the ids.
                    image = files.find(name, [below], elsewhere=False, any_suffix=True)
                    gathered.add(split, name, texts, image)
            return gathered
    return None


FORM = Form(
    "ktvic",
    "KTVIC's train_data.json or annotations/train_caption.json",
    read,
    captions=5,
    validation_share=0.2,  # as in the published work on it: 754 photos
)
