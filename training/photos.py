"""Photo files -> encoder input, through the engine's own reader and preprocessing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy

from engine.config import Preprocessing
from engine.contract import Floats, ImageError, ImageFault, Pixels
from engine.images import read_image
from engine.preprocess import normalise, resize

Box = NDArray[np.float64]
"""(4,)"""

CROP_SCALE = (0.75, 1.0)
"""Share of each side that a random cut keeps: a caption is to stay true of what is left."""


def load_photos(
    files: Sequence[Path],
    options: Preprocessing,
    *,
    flip: Sequence[bool] = (),
    boxes: NDArray[np.float64] | None = None,
) -> Tensor:
    """Read photos in parallel.

    Args:
        files: B photos.
        options: the encoder's preprocessing.
        flip: which to mirror; empty for none.
        boxes: (B, 4) numbers in [0, 1] that say how each photo is cut: height, width, top and left; ``None``
            takes them whole.

    Returns:
        (B, 3, S, S) float32.

    Raises:
        ImageError: a photo cannot be read.
    """
    cuts = [None] * len(files) if boxes is None else boxes
    flips = flip or [False] * len(files)

    def load(file: Path, box: Box | None, mirror: bool) -> Floats:
        image = read_image(file)
        if box is not None:
            image = _cut(image, box)
        small = resize(image, options)
        return normalise(small[:, ::-1] if mirror else small, options)

    with ThreadPoolExecutor() as pool:
        return from_numpy(np.stack(list(pool.map(load, files, cuts, flips))))


def load_with_cuts(
    file: Path, options: Preprocessing, boxes: Sequence[Box]
) -> tuple[NDArray[np.float32], ImageFault | None]:
    """Read a photo once, whole and cut in several ways.

    Args:
        file: the photo.
        options: the encoder's preprocessing.
        boxes: C times four numbers in [0, 1], as in ``load_photos``.

    Returns:
        (1 + C, 3, S, S), the whole photo first; and why it could not be read, in which case all is black.
    """
    try:
        image, fault = read_image(file), None
    except ImageError as exc:
        image, fault = np.zeros((1, 1, 3), np.uint8), exc.fault
    parts = [image, *(_cut(image, box) for box in boxes)] if fault is None else [image] * (1 + len(boxes))
    return np.stack([normalise(resize(part, options), options) for part in parts]), fault


def _cut(image: Pixels, box: Box) -> Pixels:
    """Cut a part out. ``box``: four numbers in [0, 1] for height, width, top and left."""
    low, high = CROP_SCALE
    height, width = image.shape[:2]
    rows, columns = (
        int(side * (low + (high - low) * share)) for side, share in zip((height, width), box[:2], strict=True)
    )
    top, left = int((height - rows) * box[2]), int((width - columns) * box[3])
    return np.ascontiguousarray(image[top : top + rows, left : left + columns])
