"""Finds the photos on a screen: cells that look like photo, then the straight lines they end at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.blobs import Blob, blobs
from engine.contract import Pixels, Region
from engine.gate import Look, look
from engine.gate_cells import Survey

Tones: TypeAlias = NDArray[np.float64]
"""Grey values."""

MIN_SIDE_PX = 48
"""Smaller photos on a screen are faces and signs beside a text."""

MIN_SHARE = 0.004
"""Of the picture; a twentieth of it in each direction or so."""

_PHOTO_CELL = 0.5
_MARGIN_CELLS = 2
_SAMPLES = 192
"""Places looked at along a line."""

_GROUND_STEP = 7
"""Grey values a ground of one colour varies by, JPEG noise included."""

_GROUND_SHARE = 0.97
_DEPTH = 6
_MIN_GAP_PX = 2

_EDGE_PX = 2
"""An edge is blurred over so many pixels by scaling and JPEG."""

_STRAIGHT_SHARE = 0.4
"""Of a line behind a straight edge that has changed."""


@dataclass(frozen=True, slots=True)
class _Box:
    """Rows and columns of the picture, the last ones excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


def find_regions(image: Pixels) -> tuple[Region, ...]:
    """Find the photos on a screen.

    Args:
        image: RGB, uint8, (H, W, 3).

    Returns:
        Their places, largest first; none where the gate needs no second look.
    """
    return regions_of(image, look(image))


def regions_of(image: Pixels, seen: Look) -> tuple[Region, ...]:
    """As ``find_regions``, for a picture that was looked at already."""
    if seen.survey is None:
        return ()
    height, width = image.shape[:2]
    least = max(MIN_SIDE_PX**2, MIN_SHARE * height * width)
    found: list[_Box] = []
    for blob in blobs(seen.photo > _PHOTO_CELL):
        if blob.size * seen.survey.cell_px**2 < least / 4:
            break
        window = _window(blob, seen.survey, (height, width))
        for box in _split(image[..., 1], window):
            if min(box.height, box.width) < MIN_SIDE_PX or box.height * box.width < least:
                continue
            if _photo_share(seen, box) > _PHOTO_CELL:
                found.append(box)
    kept = _without_overlaps(sorted(found, key=lambda box: -box.height * box.width))
    return tuple(Region(left=box.left, top=box.top, width=box.width, height=box.height) for box in kept)


def _window(blob: Blob, seen: Survey, shape: tuple[int, int]) -> _Box:
    """The blob in pixels with a margin."""
    cell, (top, left) = seen.cell_px, seen.origin
    return _Box(
        max(0, top + (blob.top - _MARGIN_CELLS) * cell),
        max(0, left + (blob.left - _MARGIN_CELLS) * cell),
        min(shape[0], top + (blob.bottom + _MARGIN_CELLS) * cell),
        min(shape[1], left + (blob.right + _MARGIN_CELLS) * cell),
    )


def _split(green: Pixels, box: _Box, grounds: Tones | None = None, depth: int = _DEPTH) -> Iterator[_Box]:
    """Cut a box at lines of one colour, in both directions in turn, until there are none.

    Args:
        green: the picture's green channel, (H, W).
        box: where in it.
        grounds: colours of the lines found around it before; the lines of a first cut, which reach beyond
            the photo on both sides, are page in any case.
        depth: cuts still to make.
    """
    part = green[box.top : box.bottom, box.left : box.right]
    if min(part.shape) < MIN_SIDE_PX // 2:
        return
    rows, row_tones = _stretches(part, grounds)
    columns, column_tones = _stretches(part.T, grounds)
    if depth == 0 or (rows == [(0, box.height)] and columns == [(0, box.width)]):
        yield box
        return
    tones = np.concatenate([row_tones, column_tones, [] if grounds is None else grounds])
    for top, bottom in rows:
        for left, right in columns:
            inner = _Box(box.top + top, box.left + left, box.top + bottom, box.left + right)
            yield from _split(green, inner, tones, depth - 1)


def _stretches(part: Pixels, grounds: Tones | None) -> tuple[list[tuple[int, int]], Tones]:
    """First and last rows of what is not ground, and the colours of the ground."""
    step = max(1, part.shape[1] // _SAMPLES)
    lines = np.ascontiguousarray(part[:, step // 2 :: step])
    tones = np.median(lines, axis=1)
    ground = _near(lines, tones[:, None]).mean(axis=1) >= _GROUND_SHARE
    if grounds is not None:
        ground &= _near(tones[:, None], grounds[None]).any(axis=1) | _straight_edges(lines, tones, ground)
    return _runs(~ground, _MIN_GAP_PX), np.unique(tones[ground])


def _near(values: NDArray[np.generic], tones: Tones) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(values.astype(np.float32) - tones) <= _GROUND_STEP
    return near


def _straight_edges(lines: Pixels, tones: Tones, ground: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines belong to a ground that ends along a straight line.

    So ends a page where a photo begins; the sky in a photo ends at trees and roofs, here and there.
    """
    straight = np.zeros(len(ground), bool)
    for start, end in _runs(ground, 1):
        for inside, beyond in ((start, start - _EDGE_PX), (end - 1, end - 1 + _EDGE_PX)):
            if 0 <= beyond < len(lines) and not ground[beyond]:
                changed = 1 - _near(lines[beyond], tones[inside]).mean()
                straight[start:end] |= changed >= _STRAIGHT_SHARE
    return straight


def _runs(mask: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Beginnings and ends of stretches of true, joined over gaps smaller than ``gap``."""
    edges = np.diff(np.pad(mask, 1).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    joined: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _photo_share(seen: Look, box: _Box) -> float:
    """Mean probability of the cells whose middle lies in a box."""
    assert seen.survey is not None
    cell, (top, left) = seen.survey.cell_px, seen.survey.origin
    rows = slice(max(0, round((box.top - top) / cell)), max(1, round((box.bottom - top) / cell)))
    columns = slice(max(0, round((box.left - left) / cell)), max(1, round((box.right - left) / cell)))
    cells = seen.photo[rows, columns]
    return float(cells.mean()) if cells.size else 0.0


def _without_overlaps(boxes: list[_Box]) -> list[_Box]:
    """The larger of two that overlap."""
    kept: list[_Box] = []
    for box in boxes:
        if all(_overlap(box, other) < 0.3 * box.height * box.width for other in kept):
            kept.append(box)
    return kept


def _overlap(one: _Box, other: _Box) -> int:
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    width = min(one.right, other.right) - max(one.left, other.left)
    return max(0, height) * max(0, width)
