"""Confidence that means what it says."""

from __future__ import annotations

import numpy as np
import pytest

from engine.confidence import features, probability
from engine.search import Hypothesis
from training.calibrate import calibrate, expected_calibration_error


def test_recovers_a_known_probability() -> None:
    """GIVEN captions that are good with a probability known by a formula, THEN it is found again."""
    random = np.random.default_rng(0)
    rows = [{"mean_log_prob": a, "margin": b} for a, b in random.normal([-1, 3], [0.4, 2], (4000, 2))]
    true = [1 / (1 + np.exp(-(2 + 3 * row["mean_log_prob"] + 0.5 * row["margin"]))) for row in rows]
    good = (random.uniform(size=len(true)) < true).tolist()
    calibration = calibrate(rows, good)
    found = [probability(row, calibration) for row in rows]
    assert np.abs(np.array(found) - true).max() < 0.06
    assert expected_calibration_error(found, good) < 0.03


def test_separable_and_useless_features_stay_finite() -> None:
    rows = [{"margin": float(i), "length": 5.0} for i in range(20)]
    calibration = calibrate(rows, [i >= 10 for i in range(20)])
    assert probability(rows[0], calibration) < 0.1
    assert probability(rows[19], calibration) > 0.9


def test_calibration_error_of_overconfidence() -> None:
    assert expected_calibration_error([0.9] * 100, [i % 2 == 0 for i in range(100)]) == pytest.approx(0.4)


def test_features_of_a_search() -> None:
    best, other = Hypothesis((3, 4), (-0.5, -1.5, -0.1), -2.1), Hypothesis((3,), (-2.0, -1.0), -3.0)
    assert features([best, other]) == pytest.approx(
        {"mean_log_prob": -0.7, "min_log_prob": -1.5, "margin": 0.9, "length": 2.0}
    )
    assert features([best])["margin"] == 0.0


def test_without_calibration_probable_sentences_rank_higher() -> None:
    assert probability({"mean_log_prob": -0.1}, None) > probability({"mean_log_prob": -1.0}, None)
