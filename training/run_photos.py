"""The photos of a run, split as they were when it began."""

from __future__ import annotations

from pathlib import Path

from training.data import SPLITS_FILE, DataError, Dataset, read_splits, write_splits
from training.datasets import read_photos


def run_photos(data: Path, run: Path) -> Dataset:
    """Photos with captions for training, validation and test.

    Args:
        data: folder of the dataset.
        run: folder of the run; which photo is for what is written down there the first time.

    Raises:
        DataError: the dataset cannot be read, lacks photos of the run, or has none to train or validate on.
    """
    file = run / SPLITS_FILE
    dataset = read_photos(data, thorough=not file.is_file())
    if file.is_file():
        return read_splits(dataset, file)
    for split in ("train", "val"):
        if not dataset.split(split):
            raise DataError(f"{data} has no {split} photo with a caption: {dataset.summary()}.")
    write_splits(dataset, file)
    return dataset
