"""Which dataset a data folder holds."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from training.data import DataError, Dataset
from training.datasets import (
    coco,
    flickr8k_vi,
    flickr_text,
    image_folder,
    ktvic,
    own_folder,
    parquet,
    uit_viic,
    viecap4h,
)
from training.datasets.gathered import Form
from training.datasets.photo_files import PhotoFiles
from training.datasets.rules import apply

FORMS: tuple[Form, ...] = (
    ktvic.FORM,
    flickr8k_vi.FORM,
    uit_viic.FORM,
    viecap4h.FORM,
    coco.FORM,
    parquet.FORM,
    image_folder.FORM,
    flickr_text.FORM,
    own_folder.FORM,
)
"""Those with files of a name of their own first."""

_log = logging.getLogger(__name__)


def read_photos(data: Path, *, training: bool = True, thorough: bool = False) -> Dataset:
    """Photos with captions of the dataset in a folder, or in one folder below.

    Args:
        data: the folder; no file outside of it is read.
        training: photos to train on and to validate on are needed; otherwise any will do.
        thorough: decode every photo, instead of looking at its header.

    Raises:
        DataError: it holds no dataset of a known form, a file of it cannot be read, or there is nothing to
            train on.
    """
    dataset = examine_photos(data, thorough=thorough)
    why_not = why_unusable(dataset, training=training)
    if why_not:
        raise DataError(why_not)
    return dataset


def examine_photos(data: Path, *, thorough: bool = False) -> Dataset:
    """Read a folder as ``read_photos`` does, even when nothing in it can be used.

    Args:
        data: the folder.
        thorough: decode every photo, instead of looking at its header.

    Raises:
        DataError: it holds no dataset of a known form, or a file of it cannot be read.
    """
    places = [data, *sorted(path for path in data.iterdir() if path.is_dir())] if data.is_dir() else []
    for place in places:
        files = PhotoFiles(data, place)
        for form in FORMS:
            gathered = form.read(place, files)
            if gathered is not None:
                _log.info("%s holds a dataset of the form %s", place, form.kind)
                return replace(apply(gathered, form, thorough=thorough), folder=place)
    forms = ", ".join(f"{form.kind} ({form.looks_for})" for form in FORMS)
    there = (
        ", ".join(sorted(path.name for path in data.iterdir())[:10]) if data.is_dir() else "no such folder"
    )
    raise DataError(
        f"{data} holds no photos with captions in a known form: {forms}. "
        f"Found there: {there or 'nothing'}. Give the folder with --data."
    )


def why_unusable(dataset: Dataset, *, training: bool = True) -> str | None:
    """Why nothing can be trained on a dataset, or nothing scored; ``None`` when it can.

    Args:
        dataset: to look at.
        training: photos to train on and photos to validate on are needed; otherwise any will do.
    """
    with_captions = {item.split for item in dataset.examples if item.captions}
    if with_captions >= {"train", "val"} or (with_captions and not training):
        return None
    lacks = "only one photo with a caption" if with_captions == {"train"} else "no photo with a caption"
    if training:
        lacks += " to train on, and needs two" if with_captions == {"train"} else " to train on"
    counts = [f"{split} photos: {counted['photos']}" for split, counted in dataset.counts().items()]
    counts += [f"{problem}: {len(ids)}, such as {ids[0]}" for problem, ids in dataset.problems.items()]
    packed = ", ".join(path.name for path in sorted(dataset.folder.glob("*.zip")))
    return f"{dataset.folder} ({dataset.kind}) has {lacks}. Found: {'; '.join(counts) or 'nothing'}." + (
        f" Unpack {packed} first." if packed else ""
    )
