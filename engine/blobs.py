"""Connected areas of a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Blob:
    """Cells that hang together by their sides.

    Attributes:
        top, left: first row and column.
        bottom, right: behind the last row and column.
        size: cells.
        whole: the area it was found to be part of.
    """

    top: int
    left: int
    bottom: int
    right: int
    size: int
    whole: Blob | None = None

    @property
    def box(self) -> int:
        """Cells of the rectangle around it."""
        return (self.bottom - self.top) * (self.right - self.left)

    def root(self) -> Blob:
        """The area it belongs to, which may be itself."""
        blob = self
        while blob.whole is not None:
            blob = blob.whole
        return blob

    def take(self, other: Blob) -> None:
        """Make another area part of this one; both are their own roots."""
        if other is self:
            return
        other.whole = self
        self.top, self.left = min(self.top, other.top), min(self.left, other.left)
        self.bottom, self.right = max(self.bottom, other.bottom), max(self.right, other.right)
        self.size += other.size


def blobs(mask: NDArray[np.bool_]) -> list[Blob]:
    """The connected areas of a grid, largest first.

    Args:
        mask: (rows, columns).
    """
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    found: list[Blob] = []
    above: list[_Run] = []
    for row, line in enumerate(edges):
        starts, ends = np.flatnonzero(line == 1).tolist(), np.flatnonzero(line == -1).tolist()
        here = [_Run(start, end) for start, end in zip(starts, ends, strict=True)]
        for run in here:
            run.blob = Blob(row, run.start, row + 1, run.end, run.end - run.start)
            found.append(run.blob)
            for upper in above:
                if upper.start < run.end and run.start < upper.end:
                    upper.blob.root().take(run.blob.root())
        above = here
    return sorted((blob for blob in found if blob.whole is None), key=lambda blob: -blob.size)


class _Run:
    """Neighbouring cells of one row."""

    __slots__ = ("blob", "end", "start")

    blob: Blob

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
