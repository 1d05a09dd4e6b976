"""Photo files -> encoder input, through the engine's own reader and preprocessing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from torch import Tensor, from_numpy

from engine.config import Preprocessing
from engine.contract import Pixels
from engine.images import read_image
from engine.preprocess import normalise, resize

CROP_SCALE = (0.75, 1.0)
"""Share of each side that a random cut keeps: a caption is to stay true of what is left."""


def load_photos(
    files: Sequence[Path],
    options: Preprocessing,
    *,
    flip: Sequence[bool] = (),
    random: np.random.Generator | None = None,
) -> Tensor:
    """Read photos in parallel.

    Args:
        files: B photos.
        options: the encoder's preprocessing.
        flip: which to mirror; empty for none.
        random: cut each photo at random; ``None`` takes it whole.

    Returns:
        (B, 3, S, S) float32.

    Raises:
        ImageError: a photo cannot be read.
    """
    boxes = random.uniform(0, 1, (len(files), 4)) if random else [None] * len(files)
    flips = flip or [False] * len(files)

    def load(file: Path, box: np.ndarray | None, mirror: bool) -> np.ndarray:
        image = read_image(file)
        if box is not None:
            image = _cut(image, box)
        small = resize(image, options)
        return normalise(small[:, ::-1] if mirror else small, options)

    with ThreadPoolExecutor() as pool:
        return from_numpy(np.stack(list(pool.map(load, files, boxes, flips))))


def _cut(image: Pixels, box: np.ndarray) -> Pixels:
    """Cut a part out. ``box``: four numbers in [0, 1] for height, width, top and left."""
    low, high = CROP_SCALE
    height, width = image.shape[:2]
    rows, columns = (
        int(side * (low + (high - low) * share)) for side, share in zip((height, width), box[:2], strict=True)
    )
    top, left = int((height - rows) * box[2]), int((width - columns) * box[3])
    return np.ascontiguousarray(image[top : top + rows, left : left + columns])
