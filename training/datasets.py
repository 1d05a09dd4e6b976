"""Which dataset a data folder holds."""

from __future__ import annotations

from pathlib import Path

from training.data import Dataset, read_flickr8k_vi
from training.ktvic import find_ktvic, read_ktvic


def read_photos(data: Path) -> Dataset:
    """Photos with captions: KTVIC where the folder is a copy of it, else ``flickr8k-vi/`` in the folder.

    Raises:
        DataError: it holds neither, or a row is not of that dataset's form.
    """
    ktvic = find_ktvic(data)
    return read_ktvic(ktvic) if ktvic else read_flickr8k_vi(data / "flickr8k-vi")
