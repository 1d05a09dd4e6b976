"""Cuts a part of a screen where lines of one colour go through it, as pages are laid out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contract import Pixels

Tones: TypeAlias = NDArray[np.float64]
"""Grey values."""

LEAST_PX = 24
"""Pieces with a shorter side are dropped."""

_SAMPLES = 192
"""Places looked at along a line."""

_GROUND_STEP = 7
"""Grey values a ground of one colour varies by, JPEG noise included."""

_GROUND_SHARE = 0.97
_DEPTH = 6

_EDGE_PX = 6
"""An edge is blurred over so many pixels by scaling and JPEG."""

_STRAIGHT_SHARE = 0.4
"""Of a line behind a straight edge that has changed."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows and columns of a picture, the last ones excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def area(self) -> int:
        """Pixels."""
        return self.height * self.width

    def shared(self, other: Box) -> int:
        """Pixels that are in both."""
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        width = min(self.right, other.right) - max(self.left, other.left)
        return max(0, height) * max(0, width)


def split_at_lines(
    green: Pixels, box: Box, grounds: Tones | None = None, depth: int = _DEPTH
) -> Iterator[Box]:
    """Cut a box at lines of one colour, in both directions in turn, until there are none.

    Args:
        green: the picture's green channel, (H, W).
        box: where in it.
        grounds: colours of the lines found around it before; the lines of a first cut, which reach beyond
            the photo on both sides, are page in any case.
        depth: cuts still to make.
    """
    part = green[box.top : box.bottom, box.left : box.right]
    if min(part.shape) < LEAST_PX:
        return
    rows, row_tones = _stretches(part, grounds)
    columns, column_tones = _stretches(part.T, grounds)
    if depth == 0 or (rows == [(0, box.height)] and columns == [(0, box.width)]):
        yield box
        return
    tones = np.concatenate([row_tones, column_tones, [] if grounds is None else grounds])
    for top, bottom in rows:
        for left, right in columns:
            inner = Box(box.top + top, box.left + left, box.top + bottom, box.left + right)
            yield from split_at_lines(green, inner, tones, depth - 1)


def _stretches(part: Pixels, grounds: Tones | None) -> tuple[list[tuple[int, int]], Tones]:
    """First and last rows of what is not ground, and the colours of the ground."""
    step = max(1, part.shape[1] // _SAMPLES)
    lines = np.ascontiguousarray(part[:, step // 2 :: step])
    tones = np.median(lines, axis=1)
    ground = _near(lines, tones[:, None]).mean(axis=1) >= _GROUND_SHARE
    if grounds is not None:
        ground &= _near(tones[:, None], grounds[None]).any(axis=1) | _straight_edges(lines, tones, ground)
    return _runs(~ground), np.unique(tones[ground])


def _near(values: NDArray[np.generic], tones: Tones) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(values.astype(np.float32) - tones) <= _GROUND_STEP
    return near


def _straight_edges(lines: Pixels, tones: Tones, ground: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines belong to a ground that ends along a straight line.

    So ends a page where a photo begins; the sky in a photo ends at trees and roofs, here and there.
    """
    straight = np.zeros(len(ground), bool)
    for start, end in _runs(ground):
        for inside, beyond in (
            (start, lines[max(0, start - _EDGE_PX) : start]),
            (end - 1, lines[end:][:_EDGE_PX]),
        ):
            changed = 1 - _near(beyond, tones[inside]).mean(axis=1)
            straight[start:end] |= bool((changed >= _STRAIGHT_SHARE).any())
    return straight


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginnings and ends of stretches of true."""
    edges = np.diff(np.pad(mask, 1).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
