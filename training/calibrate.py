"""Logistic regression, and how far probabilities are from what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.config import Logistic

Array = NDArray[np.float64]

RIDGE = 1e-2
"""Keeps weights finite where a feature separates the two classes perfectly."""

_STEPS = 50


def calibrate(
    features: Sequence[Mapping[str, float]],
    good: Sequence[bool],
    *,
    ridge: float = RIDGE,
    importance: Sequence[float] | None = None,
) -> Logistic:
    """Fit P(good) by Newton's method.

    Args:
        features: of each picture, all with the same names.
        good: whether each is one.
        ridge: penalty on the squared weights of the standardised features.
        importance: how often each picture counts; once by default.

    Returns:
        Weights for the features as they are (not standardised).
    """
    names = sorted(features[0])
    values = np.array([[row[name] for name in names] for row in features])
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    design = np.column_stack([np.ones(len(values)), (values - mean) / deviation])
    counts = np.ones(len(values)) if importance is None else np.asarray(importance, float)
    weights = _newton(design, np.asarray(good, float), counts, ridge)
    scaled = weights[1:] / deviation
    bias = float(weights[0] - scaled @ mean)
    rounded = {name: round(float(w), 6) for name, w in zip(names, scaled, strict=True)}
    return Logistic(bias=round(bias, 6), weights=rounded)


def _newton(design: Array, target: Array, counts: Array, ridge: float) -> Array:
    weights = np.zeros(design.shape[1])
    penalty = ridge * np.eye(design.shape[1])
    penalty[0, 0] = min(ridge, RIDGE)  # the share of good ones is not to be pulled to a half
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        gradient = design.T @ (counts * (probability - target)) + penalty @ weights
        certainty = counts * probability * (1 - probability)
        step = np.linalg.solve(design.T @ (design * certainty[:, None]) + penalty, gradient)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def expected_calibration_error(confidence: Sequence[float], good: Sequence[bool], bins: int = 10) -> float:
    """Mean gap between confidence and share of good captions over equally full bins (ECE).

    Args:
        confidence: in [0, 1].
        good: whether each caption was a good one.
        bins: groups of captions of similar confidence.
    """
    order = np.argsort(confidence, kind="stable")
    groups = np.array_split(order, bins)
    values, labels = np.asarray(confidence), np.asarray(good, float)
    gaps = [abs(values[group].mean() - labels[group].mean()) * len(group) for group in groups if len(group)]
    return float(sum(gaps) / len(order))
