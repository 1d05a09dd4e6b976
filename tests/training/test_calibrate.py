"""Confidence that means what it says."""

from __future__ import annotations

import numpy as np
import pytest

from engine.confidence import log_odds, sigmoid
from training.calibrate import calibrate, expected_calibration_error


def test_recovers_a_known_probability() -> None:
    """GIVEN captions that are good with a probability known by a formula, THEN it is found again."""
    random = np.random.default_rng(0)
    rows = [{"mean_log_prob": a, "margin": b} for a, b in random.normal([-1, 3], [0.4, 2], (4000, 2))]
    true = [1 / (1 + np.exp(-(2 + 3 * row["mean_log_prob"] + 0.5 * row["margin"]))) for row in rows]
    good = (random.uniform(size=len(true)) < true).tolist()
    fitted = calibrate(rows, good)
    found = [sigmoid(log_odds(row, fitted)) for row in rows]
    assert np.abs(np.array(found) - true).max() < 0.06
    assert expected_calibration_error(found, good) < 0.03


def test_separable_and_useless_features_stay_finite() -> None:
    rows = [{"margin": float(i), "length": 5.0} for i in range(20)]
    fitted = calibrate(rows, [i >= 10 for i in range(20)])
    assert sigmoid(log_odds(rows[0], fitted)) < 0.1
    assert sigmoid(log_odds(rows[19], fitted)) > 0.9


def test_importance_counts_as_repetition() -> None:
    """GIVEN one kind that is rare, WHEN it counts more, THEN the fit is that of so many more pictures."""
    rows = [{"x": 0.0}, {"x": 1.0}, {"x": 0.5}, {"x": 0.6}]
    good = [False, True, True, False]
    weighted = calibrate(rows, good, importance=[1, 3, 1, 2])
    repeated = calibrate([rows[i] for i in (0, 1, 1, 1, 2, 3, 3)], [good[i] for i in (0, 1, 1, 1, 2, 3, 3)])
    # The penalty is on standardised weights, and the spread differs a little.
    assert sigmoid(log_odds({"x": 1.0}, weighted)) == pytest.approx(
        sigmoid(log_odds({"x": 1.0}, repeated)), abs=0.02
    )


def test_ridge_pulls_weights_but_not_the_share_of_good_ones() -> None:
    rows = [{"x": float(i % 2)} for i in range(100)]
    fitted = calibrate(rows, [i % 10 != 0 for i in range(100)], ridge=1e6)
    assert abs(fitted.weights["x"]) < 0.01
    assert sigmoid(log_odds({"x": 0.5}, fitted)) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize(
    ("confidence", "good", "bins", "error"),
    [
        ([0.9] * 100, [i % 2 == 0 for i in range(100)], 10, 0.4),
        ([0.0, 1.0], [False, True], 2, 0.0),
        ([0.2, 0.2, 0.8, 0.8], [False, True, True, True], 2, 0.25),  # gaps 0.3 and 0.2
        ([0.8, 0.2], [True, False], 2, 0.2),  # order does not matter
    ],
)
def test_calibration_error(confidence: list[float], good: list[bool], bins: int, error: float) -> None:
    assert expected_calibration_error(confidence, good, bins) == pytest.approx(error)
