"""What a picture as a whole looks like, in numbers the gate's network judges by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.blobs import Blob, blobs
from engine.contract import Floats, Pixels
from engine.gate_cells import OWN_FEATURES, Survey

_SMOOTH_STEP, _LINE_STEP, _EDGE_STEP = 2, 12, 40
"""Differences of grey: none to speak of, a border line, a sharp edge."""

_GREY_CHROMA = 6
"""Distance from grey below which a pixel has no colour."""

_DRAWN_SPREAD = 3.0
"""Standard deviation of grey in a cell with something on it, noise of JPEG left out."""

_COMMONEST = (1, 2, 4, 16)


def picture_features(survey: Survey) -> dict[str, float]:
    """What needs no network: how its cells, colours and lines are."""
    own = survey.cells[..., : len(OWN_FEATURES)]
    features = {f"mean-{name}": float(own[..., i].mean()) for i, name in enumerate(OWN_FEATURES)}
    flat, repeated, spread = (own[..., OWN_FEATURES.index(name)] for name in ("flat", "repeated", "spread"))
    features |= {
        "inner": survey.inner,
        "deviation-flat": float(flat.std()),
        "deviation-spread": float(spread.std()),
        "flat-cells": float((flat > 0.95).mean()),
        "repeated-cells": float((repeated > 0.95).mean()),
        "busy-cells": float((flat < 0.3).mean()),
        "plain-cells": float((spread < 1.0).mean()),
    }
    return features | _colour_features(survey.luma) | _line_features(*survey.steps)


def photo_features(photo: Floats, own: Floats) -> dict[str, float]:
    """How much of it seems to be photo, and in what shape.

    Args:
        photo: for each cell the probability that it is part of a photo, (rows, columns).
        own: the cells' own features, (rows, columns, ``len(OWN_FEATURES)`` or more).
    """
    detail = 1 - own[..., OWN_FEATURES.index("flat")]
    found = blobs(photo > 0.5)
    cells = float(photo.size)
    first, second = ([*(blob.size / cells for blob in found[:2]), 0.0, 0.0])[:2]
    border = np.concatenate([photo[0], photo[-1], photo[:, 0], photo[:, -1]])
    outside = _outside(found[:1], photo.shape)
    drawn = own[..., OWN_FEATURES.index("spread")] > _DRAWN_SPREAD
    return {
        "photo": float(photo.mean()),
        "photo-cells": float((photo > 0.5).mean()),
        "sure-photo-cells": float((photo > 0.9).mean()),
        "photo-where-detail": float((photo * detail).sum() / (detail.sum() + 1e-3)),
        "photo-border": float(border.mean()),
        "blobs": float(np.log1p(len(found))),
        "largest-blob": first,
        "second-blob": second,
        "largest-box": found[0].box / cells if found else 0.0,
        "largest-filled": found[0].size / found[0].box if found else 0.0,
        "outside": float(outside.mean()),
        "drawn-outside": float((outside & drawn).mean()),
        "drawn-of-outside": float((outside & drawn).sum() / (outside.sum() + 4)),
    }


def _outside(blob: Sequence[Blob], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The cells that are not in the rectangle around a blob, nor on its edge."""
    outside = np.ones(shape, bool)
    for one in blob:
        outside[max(0, one.top - 1) : one.bottom + 1, max(0, one.left - 1) : one.right + 1] = False
    return outside


def _colour_features(luma: tuple[Pixels, ...]) -> dict[str, float]:
    """How few colours it has."""
    grey, blue, red = (plane[::2, ::2] for plane in luma)
    codes = (grey >> 3).astype(np.uint16) << 6 | (blue >> 5).astype(np.uint16) << 3 | (red >> 5)
    shares = np.sort(np.bincount(codes.ravel(), minlength=2048))[::-1] / codes.size
    used = shares[shares > 0]
    levels = np.bincount(grey.ravel(), minlength=256) / grey.size
    sorted_levels = np.sort(levels)[::-1]
    distance = np.maximum(np.abs(blue.astype(np.int16) - 128), np.abs(red.astype(np.int16) - 128))
    return {
        **{f"commonest-{count}": float(shares[:count].sum()) for count in _COMMONEST},
        "colour-entropy": float(-(used * np.log2(used)).sum() / 11),
        "commonest-grey": float(sorted_levels[0]),
        "commonest-8-greys": float(sorted_levels[:8].sum()),
        "rough-greys": float(np.abs(np.diff(levels)).sum()),
        "unused-greys": float((levels < 1e-4).mean()),
        "blackish": float(levels[:16].sum()),
        "whitish": float(levels[240:].sum()),
        "colourless": float((distance < _GREY_CHROMA).mean()),
    }


def _line_features(across: Pixels, down: Pixels) -> dict[str, float]:
    """Straight lines and edges along rows and columns; rows and columns without anything."""
    slope = np.maximum(across, down)
    smooth = slope <= _SMOOTH_STEP
    empty = sorted((float(smooth.all(axis=1).mean()), float(smooth.all(axis=0).mean())))
    rows, columns = (down > _LINE_STEP).mean(axis=1), (across > _LINE_STEP).mean(axis=0)
    longest = sorted((float(rows.max()), float(columns.max())))
    busy = sorted((float(rows.std()), float(columns.std())))
    edges = slope > _EDGE_STEP
    straight = edges & (np.minimum(across, down) <= slope // 5)
    return {
        "empty-lines": empty[1],
        "empty-lines-across": empty[0],
        "longest-line": longest[1],
        "longest-line-across": longest[0],
        "uneven-lines": busy[1],
        "uneven-lines-across": busy[0],
        "edges": float(edges.mean()),
        "straight-edges": float((straight.sum() + 1) / (edges.sum() + 2)),
    }
