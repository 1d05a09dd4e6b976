"""Pictures -> what the gate's networks are fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.contract import Floats, Verdict
from engine.gate_cells import OWN_FEATURES, Survey, survey
from engine.gate_features import picture_features
from training.gate.making import Entry, read_picture
from training.progress import Progress

UNKNOWN = -1
"""Label of cells on the edge of a photo."""

_INSIDE, _OUTSIDE = 0.7, 0.1
"""Share of a cell from which it is part of a photo, and up to which it is not."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One picture.

    Attributes:
        entry: what it is.
        own: its cells' own features, float16 for the room, (rows, columns, ``len(OWN_FEATURES)``).
        labels: 1 in photos, 0 outside, ``UNKNOWN`` between, int8, (rows, columns).
        features: see ``engine.gate_features.picture_features``.
    """

    entry: Entry
    own: NDArray[np.float16]
    labels: NDArray[np.int8]
    features: Mapping[str, float]


def measure_all(folder: Path, entries: Sequence[Entry]) -> list[Measured]:
    """Measure the pictures of a folder, in order."""
    with Progress("measuring", total=len(entries)) as progress, ProcessPoolExecutor(2) as pool:
        measured = []
        for one in pool.map(_measure, [folder] * len(entries), entries, chunksize=8):
            measured.append(one)
            progress.advance(1)
        return measured


def _measure(folder: Path, entry: Entry) -> Measured:
    seen = survey(np.asarray(read_picture(folder, entry)))
    own = seen.cells[..., : len(OWN_FEATURES)]
    return Measured(entry, own.astype(np.float16), label_cells(seen, entry), picture_features(seen))


def label_cells(seen: Survey, entry: Entry) -> NDArray[np.int8]:
    """Which cells are part of photos."""
    shape = seen.cells.shape[:2]
    if entry.kind is Verdict.PHOTO and not entry.photos:
        return np.ones(shape, np.int8)
    covered: Floats = np.zeros(shape, np.float32)
    for photo in entry.photos:
        rows = _covered(photo.top - seen.origin[0], photo.height, seen.cell_px, shape[0])
        columns = _covered(photo.left - seen.origin[1], photo.width, seen.cell_px, shape[1])
        covered = np.maximum(covered, np.outer(rows, columns))
    labels = np.full(shape, UNKNOWN, np.int8)
    labels[covered >= _INSIDE] = 1
    labels[covered <= _OUTSIDE] = 0
    return labels


def _covered(start: int, length: int, cell_px: int, cells: int) -> Floats:
    """Share of each of a row of cells that lies within a stretch of pixels."""
    begin = np.arange(cells) * cell_px
    overlap = np.minimum(begin + cell_px, start + length) - np.maximum(begin, start)
    shares: Floats = (overlap / cell_px).clip(0, 1).astype(np.float32)
    return shares
