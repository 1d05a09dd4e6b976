"""Looks at the pixels before any network of the captioner does: a caption of nothing is confident nonsense.

Black and one colour are seen by rules. All else is cut into cells; a small network says which cells are part
of a photo, a second one what kind of picture the whole is (docs/gate.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.contract import Floats, Pixels, Verdict
from engine.gate_cells import OWN_FEATURES, Survey, survey
from engine.gate_features import photo_features, picture_features
from engine.gate_network import networks

MIN_SIDE_PX = 16
"""Icons and tracking pixels below this side hold nothing a sentence could tell."""

BLACK_LEVEL = 24
"""A screen curtain or a covered lens, with its noise, stays below this grey value (0-255)."""

UNIFORM_RANGE = 12
"""Grey values between the 0.1 and 99.9 percentile of an empty area, JPEG noise included."""

_ENDS = 0.001

_SPECK_RANGE = 40
"""Difference of grey values that makes a cursor or a page number on an empty page; noise makes less."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the gate saw.

    Attributes:
        verdict: the kind of picture.
        scores: verdict -> probability; one entry where a rule decided.
        features: what the probabilities were computed from; empty where a rule decided.
        survey: the measured cells; ``None`` where a rule decided.
        photo: for each cell the probability that it is part of a photo, (rows, columns).
    """

    verdict: Verdict
    scores: Mapping[str, float]
    features: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    survey: Survey | None = None
    photo: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))


def examine(image: Pixels) -> Verdict:
    """Say what kind of picture this is.

    Args:
        image: RGB, uint8, shape (H, W, 3).

    Returns:
        The verdict; only a ``PHOTO`` is worth describing as a whole.
    """
    return look(image).verdict


def look(image: Pixels) -> Look:
    """Say what kind of picture this is, and why.

    Args:
        image: RGB, uint8, shape (H, W, 3).
    """
    if min(image.shape[:2]) < MIN_SIDE_PX:
        return _certain(Verdict.TOO_SMALL)
    seen = survey(image)
    plain = _plain(seen)
    if plain:
        return _certain(plain)
    cells, pictures = networks()
    rows, columns, width = seen.cells.shape
    photo = cells.probabilities(seen.cells.reshape(-1, width))[:, 1].reshape(rows, columns)
    features = picture_features(seen) | photo_features(photo, seen.cells)
    values = np.array([[features[name] for name in pictures.inputs]], np.float32)
    chances = pictures.probabilities(values)[0]
    scores = {name: float(chance) for name, chance in zip(pictures.outputs, chances, strict=True)}
    verdict = Verdict(max(scores, key=scores.__getitem__))
    return Look(verdict, MappingProxyType(scores), MappingProxyType(features), seen, photo)


def _certain(verdict: Verdict) -> Look:
    return Look(verdict, MappingProxyType({str(verdict): 1.0}))


def _plain(seen: Survey) -> Verdict | None:
    """Black or of one colour, or that but for a cursor, a clock, a page number."""
    ends = [_between(counts) for counts in seen.levels]
    if ends[0][1] < BLACK_LEVEL:
        return Verdict.BLACK
    if max(high - low for low, high in ends) >= UNIFORM_RANGE:
        return None
    speck = seen.cells[..., OWN_FEATURES.index("range")].max() > _SPECK_RANGE
    return Verdict.BLANK if speck else Verdict.UNIFORM


def _between(counts: NDArray[np.int64]) -> tuple[int, int]:
    """The values that all but a thousandth of the pixels on either side lie between."""
    share = np.cumsum(counts) / counts.sum()
    return int(np.searchsorted(share, _ENDS)), int(np.searchsorted(share, 1 - _ENDS))
