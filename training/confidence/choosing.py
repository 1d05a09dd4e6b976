"""Which way from a score to a probability: compared by cross-validation on validation photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.confidence import log_odds, sigmoid
from training.calibrate import Array, calibrate, expected_calibration_error

Predictor = Callable[[Array], Array]
Method = Callable[[Array, list[bool]], Predictor]

_FOLDS = 10
_LEAST = 0.01
"""Probabilities nearer to 0 or 1 are moved here: one surprise would outweigh everything else."""


def platt(scores: Array, good: list[bool]) -> Predictor:
    """Slope and bias (Platt 1999)."""
    fitted = calibrate([{"score": score} for score in scores], good)
    return lambda values: np.array([sigmoid(log_odds({"score": value}, fitted)) for value in values])


def temperature(scores: Array, good: list[bool]) -> Predictor:
    """Slope alone, around the median score: half of the captions are good by definition."""
    middle = float(np.median(scores))
    slope = calibrate([{"score": score - middle} for score in scores], good).weights["score"]
    return lambda values: np.array([sigmoid(slope * (value - middle)) for value in values])


def isotonic(scores: Array, good: list[bool]) -> Predictor:
    """The rising steps nearest to what happened (pool adjacent violators), with lines between them."""
    order = np.argsort(scores, kind="stable")
    blocks: list[tuple[float, float, int]] = []  # mean score, share of good ones, captions
    for score, value in zip(scores[order], np.asarray(good, float)[order], strict=True):
        blocks.append((float(score), float(value), 1))
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            (a, p, m), (b, q, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), (p * m + q * n) / (m + n), m + n)]
    places, shares, _ = (np.array(column) for column in zip(*blocks, strict=True))
    return lambda values: np.interp(values, places, shares)


METHODS: dict[str, Method] = {"Platt": platt, "temperature": temperature, "isotonic": isotonic}


def compare(scores: Sequence[float], good: list[bool]) -> dict[str, tuple[float, float]]:
    """Mean negative log-likelihood (nats) and ECE of each method, on captions it was not fitted on."""
    values, labels = np.asarray(scores), np.asarray(good)
    folds = np.array_split(np.random.default_rng(0).permutation(len(values)), _FOLDS)
    results = {}
    for name, method in METHODS.items():
        found = np.zeros(len(values))
        for fold in folds:
            rest = np.setdiff1d(np.arange(len(values)), fold)
            found[fold] = method(values[rest], labels[rest].tolist())(values[fold])
        kept = np.clip(found, _LEAST, 1 - _LEAST)
        loss = -float(np.log(np.where(labels, kept, 1 - kept)).mean())
        results[name] = loss, expected_calibration_error(found.tolist(), good)
    return results
