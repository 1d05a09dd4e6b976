"""Where a tone of certainty begins and ends: chosen on validation photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.certainty import Levels
from training.calibrate import Array

GOOD_WHEN_SURE = 0.8
"""Share of the captions said plainly that must be better than the median."""

WORTH_A_PERHAPS = 0.75
"""CIDEr-D of the captions said with a "perhaps", as a share of the average caption's."""

WORTH_NOTHING = 0.25
"""Captions that reach no more than this share of the average CIDEr-D are not said."""

_GRID = np.arange(1, 20) / 20
_FEWEST = 10
"""Captions; fewer say nothing about a level."""


def choose_levels(confidence: Sequence[float], quality: Sequence[float], good: Sequence[bool]) -> Levels:
    """The levels by the three rules above, in steps of 0.05.

    Args:
        confidence: of validation photos, by a calibration that was not fitted on them.
        quality: CIDEr-D of their captions.
        good: which are better than the median.
    """
    values, scores, better = np.asarray(confidence), np.asarray(quality, float), np.asarray(good, float)
    average = float(scores.mean())
    sure = _first(values, better, GOOD_WHEN_SURE, above=1.0) or _GRID[-1]
    unsure = min(_floor(values, scores, WORTH_NOTHING * average), sure)
    fairly_sure = _first(values, scores, WORTH_A_PERHAPS * average, above=sure) or sure
    return Levels(sure=float(sure), fairly_sure=float(max(fairly_sure, unsure)), unsure=float(unsure))


def _first(values: Array, worth: Array, wanted: float, *, above: float) -> float | None:
    """The lowest level that those between it and ``above`` are worth enough for."""
    for level in _GRID:
        inside = (values >= level) & (values <= above)
        if inside.sum() >= _FEWEST and worth[inside].mean() >= wanted:
            return float(level)
    return None


def _floor(values: Array, scores: Array, most: float) -> float:
    """The highest level below which captions are worth next to nothing; 0 when there is none."""
    floor = 0.0
    for level in _GRID:
        below = values < level
        if below.sum() >= _FEWEST and scores[below].mean() <= most:
            floor = float(level)
    return floor
