"""Finds the photos on a screen: cells that look like photo, then the straight lines they end at."""

from __future__ import annotations

from engine.blobs import Blob, blobs
from engine.contract import Pixels, Region
from engine.gate import Look, look
from engine.gate_cells import Survey
from engine.page_lines import LEAST_PX, Box, split_at_lines

MIN_SIDE_PX = 2 * LEAST_PX
"""Smaller photos on a screen are faces and signs beside a text."""

MIN_SHARE = 0.004
"""Of the picture; a twentieth of it in each direction or so."""

MOST_SHARED = 0.3
"""Of a photo that another one covers; more, and they are taken for one."""

_PHOTO_CELL = 0.5
_MARGIN_CELLS = 3


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
    found: list[Box] = []
    for blob in blobs(seen.photo > _PHOTO_CELL):
        if blob.size * seen.survey.cell_px**2 < least / 4:
            break
        window = _window(blob, seen.survey, (height, width))
        for box in split_at_lines(image[..., 1], window):
            if min(box.height, box.width) < MIN_SIDE_PX or box.area < least:
                continue
            if _photo_share(seen, box) > _PHOTO_CELL:
                found.append(box)
    kept = _without_overlaps(sorted(found, key=lambda box: -box.area))
    return tuple(Region(left=box.left, top=box.top, width=box.width, height=box.height) for box in kept)


def _window(blob: Blob, seen: Survey, shape: tuple[int, int]) -> Box:
    """The blob in pixels with a margin."""
    cell, (top, left) = seen.cell_px, seen.origin
    return Box(
        max(0, top + (blob.top - _MARGIN_CELLS) * cell),
        max(0, left + (blob.left - _MARGIN_CELLS) * cell),
        min(shape[0], top + (blob.bottom + _MARGIN_CELLS) * cell),
        min(shape[1], left + (blob.right + _MARGIN_CELLS) * cell),
    )


def _photo_share(seen: Look, box: Box) -> float:
    """Mean probability of the cells whose middle lies in a box."""
    assert seen.survey is not None
    cell, (top, left) = seen.survey.cell_px, seen.survey.origin
    rows = slice(max(0, round((box.top - top) / cell)), max(1, round((box.bottom - top) / cell)))
    columns = slice(max(0, round((box.left - left) / cell)), max(1, round((box.right - left) / cell)))
    cells = seen.photo[rows, columns]
    return float(cells.mean()) if cells.size else 0.0


def _without_overlaps(boxes: list[Box]) -> list[Box]:
    """The larger of two that overlap."""
    kept: list[Box] = []
    for box in boxes:
        if all(box.shared(other) < MOST_SHARED * box.area for other in kept):
            kept.append(box)
    return kept
