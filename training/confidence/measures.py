"""How good a confidence is: calibration, order, and what is left when only the sure ones are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from training.calibrate import Array, expected_calibration_error

Interval = tuple[float, float]

_SAMPLES = 1000


class Bin(NamedTuple):
    """Captions of similar confidence.

    Attributes:
        captions: how many.
        confidence: its mean.
        good: share of good captions.
    """

    captions: int
    confidence: float
    good: float


def reliability(confidence: Sequence[float], good: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Equally full bins, the least confident first."""
    values, labels = np.asarray(confidence), np.asarray(good, float)
    groups = np.array_split(np.argsort(values, kind="stable"), bins)
    return [
        Bin(len(group), float(values[group].mean()), float(labels[group].mean()))
        for group in groups
        if len(group)
    ]


def auroc(confidence: Sequence[float], good: Sequence[bool]) -> float:
    """Probability that a good caption has a higher confidence than a bad one; ties count half.

    Raises:
        ValueError: all are good, or none is.
    """
    values, labels = np.asarray(confidence), np.asarray(good, bool)
    better, worse = values[labels][:, None], values[~labels][None, :]
    if not better.size or not worse.size:
        raise ValueError("AUROC needs good and bad captions.")
    return float((better > worse).mean() + (better == worse).mean() / 2)


def risk_coverage(
    confidence: Sequence[float], quality: Sequence[float], coverages: Sequence[float]
) -> list[float]:
    """Mean quality of the most confident captions, as a multiple of that of all.

    Args:
        confidence: of each caption.
        quality: what each is worth.
        coverages: shares of the captions that are kept, in (0, 1].
    """
    order = np.argsort(-np.asarray(confidence), kind="stable")
    scores = np.asarray(quality, float)
    return [
        float(scores[order[: max(1, round(share * len(order)))]].mean() / scores.mean())
        for share in coverages
    ]


def ratio(chosen: Array, quality: Array) -> float:
    """Mean quality of the chosen captions, as a multiple of that of all; not a number when none is."""
    return float(quality[chosen > 0].mean() / quality.mean()) if (chosen > 0).any() else float("nan")


def interval(statistic: Callable[..., float], *columns: Sequence[float], seed: int = 0) -> Interval:
    """95 % bootstrap interval, by percentiles, resampling rows.

    Args:
        statistic: of columns of the same length.
        columns: one value a row each.
        seed: of the draws.
    """
    values = [np.asarray(column, float) for column in columns]
    random = np.random.default_rng(seed)
    draws = (random.integers(0, len(values[0]), len(values[0])) for _ in range(_SAMPLES))
    low, high = np.nanpercentile(
        [statistic(*(column[draw] for column in values)) for draw in draws], (2.5, 97.5)
    )
    return float(low), float(high)


def error_of_the_truth(confidence: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """The calibration error that chance alone gives to confidences that are exactly right.

    Returns:
        Its mean, and the value 95 in 100 such samples stay under.
    """
    random = np.random.default_rng(seed)
    values = np.asarray(confidence)
    errors = [
        expected_calibration_error(confidence, (random.random(len(values)) < values).tolist())
        for _ in range(_SAMPLES)
    ]
    return float(np.mean(errors)), float(np.percentile(errors, 95))
