"""Fits the confidence of a model: logistic regression on features of the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.config import Calibration

_RIDGE = 1e-2
"""Keeps weights finite where a feature separates the two classes perfectly."""


def calibrate(features: Sequence[Mapping[str, float]], good: Sequence[bool]) -> Calibration:
    """Fit P(good) by Newton's method.

    Args:
        features: of each caption, all with the same names, as ``engine.confidence.features`` gives them.
        good: whether each caption was a good one.

    Returns:
        Weights for the features as they are (not standardised).
    """
    names = sorted(features[0])
    values = np.array([[row[name] for name in names] for row in features])
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    design = np.column_stack([np.ones(len(values)), (values - mean) / deviation])
    weights = _newton(design, np.asarray(good, float))
    scaled = weights[1:] / deviation
    bias = float(weights[0] - scaled @ mean)
    rounded = {name: round(float(w), 6) for name, w in zip(names, scaled, strict=True)}
    return Calibration(bias=round(bias, 6), weights=rounded)


def _newton(design: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.zeros(design.shape[1])
    penalty = _RIDGE * np.eye(design.shape[1])
    for _ in range(25):
        probability = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (probability - target) + penalty @ weights
        curvature = design.T @ (design * (probability * (1 - probability))[:, None]) + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def expected_calibration_error(confidence: Sequence[float], good: Sequence[bool], bins: int = 10) -> float:
    """Mean gap between confidence and share of good captions over equally full bins (ECE).

    Args:
        confidence: in [0, 1].
        good: whether each caption was a good one.
        bins: groups of captions of similar confidence.
    """
    order = np.argsort(confidence)
    groups = np.array_split(order, bins)
    values, labels = np.asarray(confidence), np.asarray(good, float)
    gaps = [abs(values[group].mean() - labels[group].mean()) * len(group) for group in groups if len(group)]
    return float(sum(gaps) / len(order))
