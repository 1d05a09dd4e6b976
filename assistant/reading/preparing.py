"""A picture of a screen -> dark letters on white, at the size a recogniser was trained on.

Screens are not paper: letters are 12 pixels high, light on dark beside dark on light, in coloured boxes with
frames. Recognisers look for text before they read it, and do not find what is framed or light on dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from assistant.capture.desktop import Area
from engine import Pixels

Grey = NDArray[np.uint8]
"""Shape (H, W), 0 black to 255 white."""

_Mask = NDArray[np.bool_]
_Array = TypeVar("_Array", Grey, _Mask)

INK = 40
"""Grey levels by which a letter differs from what is behind it; less is JPEG noise or a shadow."""

WANTED_STEM_PX = 18
"""Height of letters with stems at which tesseract reads best, measured in docs/reading.md."""

LARGEST_SCALE = 3
_LARGEST_AREA_PX = 36_000_000
"""Of the enlarged picture: beyond it a recogniser takes longer than anybody waits."""

_DARK = 128
_WIDE, _NARROW = 30, (20, 8)
"""Half sides of the two windows, in pixels, in which light and dark are counted: (x, y)."""

_SURELY_DARK, _PERHAPS_DARK = 140, 118
"""Share of dark pixels in the small window, in 255ths: enough by itself, and with the large one."""

_BAR_PX = (7, 40)
"""Sides of a bar that no letter below 50 pixels holds."""

_BACKGROUND_PX = 16
"""Side of the square that fits into the smallest button but not into a letter's strokes."""

_RULE_PX, _THIN_RULE_PX = 64, 18
"""Straight lines from these lengths on are no letters: across, and upright if one pixel wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What is given to a recogniser.

    Attributes:
        grey: dark letters on white.
        scale: its size over that of the picture.
    """

    grey: Grey
    scale: float


def prepare(image: Pixels, leave_out: Sequence[Area] = ()) -> Prepared:
    """Make a picture easy to read.

    Args:
        image: RGB, uint8, (H, W, 3).
        leave_out: parts without text, such as photos; in pixels of the picture.
    """
    grey = np.asarray(Image.fromarray(image).convert("L"))
    grey = np.where(_dark_zones(grey), 255 - grey, grey).astype(np.uint8)
    letters = _without_background(grey)
    _erase_rules(letters)
    for part in leave_out:
        letters[max(0, part.top) : part.bottom, max(0, part.left) : part.right] = 255
    scale = _scale(letters)
    return Prepared(_enlarged(letters, scale), scale)


def _dark_zones(grey: Grey) -> _Mask:
    """Where light letters stand on something dark.

    Most of what is around a pixel tells, not the pixel itself. A large window is not misled by bold letters,
    a small one sees a button; where they disagree the small one must be certain. In the corners of a panel
    both are wrong, but there what is light, or dark, is too large for a letter.
    """
    is_dark = grey < _DARK
    dark = Image.fromarray(np.where(is_dark, 255, 0).astype(np.uint8))
    wide = np.asarray(dark.filter(ImageFilter.BoxBlur(_WIDE)))
    narrow = np.asarray(dark.filter(ImageFilter.BoxBlur(_NARROW)))
    zones = (narrow > _SURELY_DARK) | ((wide > _DARK) & (narrow > _PERHAPS_DARK))
    return (zones & ~_solid(~is_dark)) | _solid(is_dark)


def _solid(mask: _Mask) -> _Mask:
    """The parts of a mask that hold a bar larger than a letter's stroke, lying or standing."""
    found = np.zeros_like(mask)
    for sides in ((_BAR_PX[0], _BAR_PX[1]), (_BAR_PX[1], _BAR_PX[0])):
        # A corner of each bar that fits, then the whole bars.
        corners = ~_slid(_slid(~mask, sides[0], 0, np.logical_or), sides[1], 1, np.logical_or)
        turned = corners[::-1, ::-1]
        found |= _slid(_slid(turned, sides[0], 0, np.logical_or), sides[1], 1, np.logical_or)[::-1, ::-1]
    return found


def _without_background(grey: Grey) -> Grey:
    """Dark letters on white, whatever light colour was behind them: a closing takes away what is thin."""
    background = _shrunk(_grown(grey, _BACKGROUND_PX), _BACKGROUND_PX)
    return np.asarray(255 - (background - grey), np.uint8)


def _erase_rules(letters: Grey) -> None:
    """Whiten frames, underlines and separators."""
    ink = letters < 255 - INK
    letters[_runs(ink, _RULE_PX, axis=1)] = 255
    upright = _runs(ink, _THIN_RULE_PX, axis=0)
    beside = np.zeros_like(upright)
    beside[:, 1:] |= upright[:, :-1]
    beside[:, :-1] |= upright[:, 1:]
    letters[upright & ~beside] = 255


def _runs(ink: _Mask, length: int, *, axis: int) -> _Mask:
    """The pixels that belong to an unbroken run of at least ``length`` along an axis."""
    starts = ~_slid(~ink, length, axis, np.logical_or)
    return np.flip(_slid(np.flip(starts, axis), length, axis, np.logical_or), axis)


def _grown(grey: Grey, side: int) -> Grey:
    """Each pixel becomes the lightest of the square of which it is the upper left corner."""
    return _slid(_slid(grey, side, 0, np.maximum), side, 1, np.maximum)


def _shrunk(grey: Grey, side: int) -> Grey:
    """Each pixel becomes the darkest of the square of which it is the lower right corner."""
    turned = grey[::-1, ::-1]
    return _slid(_slid(turned, side, 0, np.minimum), side, 1, np.minimum)[::-1, ::-1]


def _slid(values: _Array, length: int, axis: int, join: np.ufunc) -> _Array:
    """``join`` over each pixel and the ``length - 1`` that follow it, in doubling steps; at the end fewer."""
    values, reach = values.copy(), 1
    moved = np.moveaxis(values, axis, 0)
    while reach < length:
        step = min(reach, length - reach)
        if step >= len(moved):
            break
        moved[:-step] = join(moved[:-step], moved[step:])
        reach += step
    return values


def _scale(letters: Grey) -> float:
    """By how much to enlarge, from the height of the letters."""
    stem = _stem_px(letters)
    wanted = min(LARGEST_SCALE, max(1, round(WANTED_STEM_PX / stem))) if stem else 1
    return float(min(wanted, np.sqrt(_LARGEST_AREA_PX / letters.size)))


def _stem_px(letters: Grey) -> float:
    """How tall upright strokes are; 0 where there are none.

    Most strokes of a page are those of its main text; the tallest of them are stems, as in b, d, h, l.
    """
    ink = letters < 255 - INK
    edges = np.diff(ink.T.astype(np.int8), axis=1, prepend=0, append=0)
    starts, ends = np.nonzero(edges == 1)[1], np.nonzero(edges == -1)[1]
    heights = ends - starts
    heights = heights[(heights >= 5) & (heights <= 100)]
    return float(np.percentile(heights, 80)) if heights.size else 0.0


def _enlarged(letters: Grey, scale: float) -> Grey:
    if scale == 1:
        return letters
    height, width = letters.shape
    size = (round(width * scale), round(height * scale))
    return np.asarray(Image.fromarray(letters).resize(size, Image.Resampling.BICUBIC))
