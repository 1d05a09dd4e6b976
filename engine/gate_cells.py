"""A picture, reduced and cut into cells, each with what tells photos from what programs draw.

Programs paint areas of exactly one colour with sharp edges between; cameras leave neither. Nothing here
knows left from right or rows from columns, so that a picture that is turned or mirrored looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contract import Floats, Pixels
from engine.gate_border import inner_part

WORKING_PX = 680
"""The longer side of the reduced picture at most; enough for the texture of text of 12 pixels on a screen."""

CELL_PX = 8
"""Side of a cell, in pixels of the reduced picture."""

_FLAT_STEP, _WEAK_STEP, _STRONG_STEP = 1, 14, 40
"""Differences of neighbouring grey values: noise of JPEG at most, shading, an edge that was drawn."""

OWN_FEATURES = (
    "spread", "steeper", "flatter", "flat", "weak", "strong", "colour-spread", "colourfulness", "repeated",
    "bend", "range", "middle",
)  # fmt: skip
"""What is measured in one cell, see ``_own_features``."""

_CONTEXT_RADII = (1, 3)
"""Cells also know the mean of their surroundings, so many cells to each side."""

CELL_FEATURES = tuple(
    name if radius == 0 else f"{name}-{radius}" for radius in (0, *_CONTEXT_RADII) for name in OWN_FEATURES
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was measured, a border of one colour left out.

    Attributes:
        factor: pixels of the picture to one of the reduced picture, in each direction.
        origin: row and column of the picture at which the reduced one begins.
        levels: how many pixels have which value of Y, Cb, Cr, the border included, each (256,).
        inner: share of the picture within the border.
        luma: grey, blueness and redness (Y, Cb, Cr) of the reduced picture, uint8, each (H', W').
        steps: differences of grey to the right and to the lower neighbour, uint8, each (H', W').
        cells: float32, (rows, columns, ``len(CELL_FEATURES)``).
    """

    factor: int
    origin: tuple[int, int]
    levels: tuple[NDArray[np.int64], ...]
    inner: float
    luma: tuple[Pixels, ...]
    steps: tuple[Pixels, Pixels]
    cells: Floats

    @property
    def cell_px(self) -> int:
        """Side of a cell in pixels of the picture."""
        return CELL_PX * self.factor


def survey(image: Pixels) -> Survey:
    """Reduce and measure a picture.

    Args:
        image: RGB, uint8, (H, W, 3).
    """
    factor = max(1, -(-max(image.shape[:2]) // WORKING_PX))
    height, width = (side // factor for side in image.shape[:2])
    top, left = (side % factor // 2 for side in image.shape[:2])
    image = image[top : top + height * factor, left : left + width * factor]
    luma = _reduced(image, factor)
    levels = tuple(np.bincount(plane[::2, ::2].ravel(), minlength=256) for plane in luma)
    inner = inner_part(luma[0], factor)
    cut = tuple(np.ascontiguousarray(plane[inner]) for plane in luma)
    steps = differences(cut[0])
    own = _own_features(cut, steps, _repeated(image, factor)[inner])
    return Survey(
        factor=factor,
        origin=(top + inner[0].start * factor, left + inner[1].start * factor),
        levels=levels,
        inner=cut[0].size / luma[0].size,
        luma=cut,
        steps=steps,
        cells=with_context(own),
    )


_BAND_ROWS = 16

_TO_LUMA = np.array(
    [[0.299, -0.168736, 0.5], [0.587, -0.331264, -0.418688], [0.114, 0.5, -0.081312]], np.float32
)
"""RGB -> Y, Cb, Cr as in JPEG (ITU-T T.871)."""


def _reduced(image: Pixels, factor: int) -> tuple[Pixels, Pixels, Pixels]:
    """Mean of ``factor`` x ``factor`` pixels as Y, Cb, Cr: a sum over rows, then a matrix product."""
    height, width = image.shape[0] // factor, image.shape[1] // factor
    mixing = np.tile(_TO_LUMA, (factor, 1)) / (factor * factor)
    grey, blue, red = (np.empty((height, width), np.uint8) for _ in range(3))
    # Band by band, so that what lies between stays in the processor's cache: twice as fast.
    for top in range(0, height, _BAND_ROWS):
        band = image[top * factor : (top + _BAND_ROWS) * factor]
        rows = band.reshape(len(band) // factor, factor, -1)
        summed = rows[:, 0] if factor == 1 else rows.sum(axis=1, dtype=np.uint16)
        mixed = summed.reshape(-1, factor * 3).astype(np.float32) @ mixing
        mixed = mixed.reshape(len(rows), width, 3)
        # No clipping: the ends are 0.5 and 255.5.
        for plane, channel, zero in ((grey, 0, 0.5), (blue, 1, 128.0), (red, 2, 128.0)):
            np.add(mixed[..., channel], np.float32(zero), out=plane[top : top + len(rows)], casting="unsafe")
    return grey, blue, red


def differences(grey: Pixels) -> tuple[Pixels, Pixels]:
    """Differences to the right and to the lower neighbour; 0 at the last ones."""
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    left, right, upper, lower = grey[:, :-1], grey[:, 1:], grey[:-1], grey[1:]
    across[:, :-1] = np.maximum(left, right) - np.minimum(left, right)
    down[:-1] = np.maximum(upper, lower) - np.minimum(upper, lower)
    return across, down


def _repeated(image: Pixels, factor: int) -> Pixels:
    """How many of two neighbours of a pixel are exactly as it: one pixel of each ``factor`` x ``factor``."""
    green = np.pad(image[..., 1], ((0, 1), (0, 1)), mode="edge") if factor == 1 else image[..., 1]
    height, width = image.shape[0] // factor * factor, image.shape[1] // factor * factor
    here = green[:height:factor, :width:factor]
    right, below = (
        green[:height:factor, 1 : width + 1 : factor],
        green[1 : height + 1 : factor, :width:factor],
    )
    same: Pixels = (here == right).astype(np.uint8)
    same += here == below
    return same


def _padded(values: Pixels) -> Pixels:
    """Up to whole cells, the last rows and columns repeated."""
    height, width = values.shape
    return np.pad(values, ((0, -height % CELL_PX), (0, -width % CELL_PX)), mode="edge")


def _means(values: NDArray[np.generic], cell: int = CELL_PX) -> Floats:
    """Mean over each cell: (H, W) -> (rows, columns)."""
    height, width = values.shape
    # Bytes have room in these; the plain default would be 64 bits wide and slow.
    room = np.float32 if values.dtype == np.float32 else np.uint16
    by_rows = values.reshape(height // cell, cell, width).sum(axis=1, dtype=room).astype(np.float32)
    shares = np.full(cell, 1.0 / (cell * cell), np.float32)
    mean: Floats = by_rows.reshape(len(by_rows), width // cell, cell) @ shares
    return mean


def _extremes(grey: Pixels) -> tuple[Pixels, Pixels]:
    """Smallest and largest value of each cell."""
    height, width = grey.shape
    rows = grey.reshape(height // CELL_PX, CELL_PX, width)
    low = rows.min(axis=1).reshape(-1, width // CELL_PX, CELL_PX).min(axis=2)
    high = rows.max(axis=1).reshape(-1, width // CELL_PX, CELL_PX).max(axis=2)
    return low, high


def _own_features(luma: tuple[Pixels, ...], steps: tuple[Pixels, Pixels], repeated: Pixels) -> Floats:
    """``OWN_FEATURES`` of each cell.

    Spread is the standard deviation of grey; steeper and flatter the mean differences in the two
    directions; flat, weak and strong the shares of pixels by their difference; bend the mean second
    difference; range that of grey values; middle the share of pixels nearer to its middle than to its ends:
    few in text and drawings, which have two or three colours.
    """
    grey = _padded(luma[0])
    across, down = (_padded(one) for one in steps)
    slope = np.maximum(across, down)
    slopes = _means(across), _means(down)
    flat, strong = _means(slope <= _FLAT_STEP), _means(slope > _STRONG_STEP)
    weak = _means(slope <= _WEAK_STEP) - flat
    bends = [_means(one) for one in differences(slope)]
    low, high = _extremes(grey)
    # Every second pixel: colours change slowly, and this is half of the time.
    colours = [_padded(one)[::2, ::2].astype(np.float32) - 128.0 for one in luma[1:]]
    varied = np.sqrt(sum(_variance(one, CELL_PX // 2) for one in colours))
    own = (
        np.sqrt(_variance(grey.astype(np.float32), CELL_PX)), np.maximum(*slopes), np.minimum(*slopes), flat,
        weak, strong, varied, _means(np.abs(colours[0]) + np.abs(colours[1]), CELL_PX // 2),
        _means(_padded(repeated)) / 2, bends[0] + bends[1], high - low, _middle_share(grey, low, high),
    )  # fmt: skip
    return np.stack(own, axis=2).astype(np.float32)


def _variance(values: Floats, cell: int) -> Floats:
    """Of each cell."""
    mean = _means(values, cell)
    return np.maximum(_means(values * values, cell) - mean * mean, 0)


def _middle_share(grey: Pixels, low: Pixels, high: Pixels) -> Floats:
    """Share of each cell's pixels whose grey value is in the middle half of its range."""
    height, width = grey.shape
    quarter = (high - low) // 4
    ends = (low + quarter, high - quarter)
    lowest, highest = (np.repeat(level, CELL_PX, axis=1)[:, None] for level in ends)
    cells = grey.reshape(height // CELL_PX, CELL_PX, width)
    return _means(((cells >= lowest) & (cells <= highest)).reshape(height, width))


def with_context(own: Floats) -> Floats:
    """(rows, columns, ``len(OWN_FEATURES)``) -> (rows, columns, ``len(CELL_FEATURES)``)."""
    return np.concatenate([own, *(_surroundings(own, radius) for radius in _CONTEXT_RADII)], axis=2)


def _surroundings(own: Floats, radius: int) -> Floats:
    """Mean over the square of cells around each, the border repeated."""
    means = own
    for axis in (0, 1):
        length = means.shape[axis]
        padding = [(radius, radius) if other == axis else (0, 0) for other in range(3)]
        padded = np.pad(means, padding, mode="edge")
        window = [slice(None)] * axis
        shifted = (padded[(*window, slice(start, start + length))] for start in range(2 * radius + 1))
        means = sum(shifted, np.zeros_like(means)) / np.float32(2 * radius + 1)
    return means
