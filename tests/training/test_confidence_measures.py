"""Measures of a confidence, on cases small enough to be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.certainty import Certainty, Levels
from training.confidence.choosing import METHODS, compare, isotonic
from training.confidence.levels import choose_levels
from training.confidence.measures import (
    auroc,
    error_of_the_truth,
    interval,
    ratio,
    reliability,
    risk_coverage,
)
from training.confidence.quality import above_median, normal_scores


def test_auroc_counts_pairs() -> None:
    assert auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == pytest.approx(3 / 4)
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    with pytest.raises(ValueError, match="good and bad"):
        auroc([0.5], [True])


def test_reliability_has_the_least_confident_first() -> None:
    low, high = reliability([0.9, 0.1, 0.7, 0.3], [True, False, False, False], bins=2)
    assert (low.captions, low.confidence, low.good) == (2, pytest.approx(0.2), 0.0)
    assert (high.captions, high.confidence, high.good) == (2, pytest.approx(0.8), 0.5)


def test_risk_coverage_keeps_the_surest() -> None:
    assert risk_coverage([0.9, 0.5, 0.1], [4.0, 1.0, 1.0], (1 / 3, 1.0)) == pytest.approx([2.0, 1.0])


def test_ratio_of_the_chosen() -> None:
    assert ratio(np.array([1.0, 0.0]), np.array([3.0, 1.0])) == 1.5
    assert np.isnan(ratio(np.zeros(2), np.array([3.0, 1.0])))


def test_interval_holds_the_mean_and_shrinks() -> None:
    values = np.random.default_rng(1).normal(5, 1, 400).tolist()
    low, high = interval(lambda column: float(np.mean(column)), values)
    assert low < float(np.mean(values)) < high
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.2)


def test_exactly_right_confidences_err_by_chance() -> None:
    """GIVEN 500 confidences that are right, THEN ten bins of 50 still show a gap of some hundredths."""
    confidence = np.random.default_rng(0).uniform(0.1, 0.9, 500).tolist()
    mean, most = error_of_the_truth(confidence)
    assert 0.03 < mean < 0.06
    assert mean < most < 0.1
    assert error_of_the_truth([0.0, 1.0] * 50) == (0.0, 0.0)


def test_isotonic_pools_what_falls() -> None:
    predict = isotonic(np.array([1.0, 2.0, 3.0, 4.0]), [False, True, False, True])
    found = predict(np.array([0.0, 1.0, 2.5, 4.0, 9.0]))
    assert found.tolist() == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_every_method_rises_with_the_score(name: str) -> None:
    random = np.random.default_rng(3)
    scores = random.normal(0, 2, 400)
    good = (random.uniform(size=400) < 1 / (1 + np.exp(-scores))).tolist()
    found = METHODS[name](scores, good)(np.linspace(-4, 4, 9))
    assert (np.diff(found) >= 0).all()
    assert found[0] < 0.15
    assert found[-1] > 0.85


def test_methods_are_compared_on_captions_left_out() -> None:
    random = np.random.default_rng(4)
    scores = random.normal(0, 1, 300)
    good = (random.uniform(size=300) < 1 / (1 + np.exp(-2 * scores))).tolist()
    results = compare(scores.tolist(), good)
    assert set(results) == set(METHODS)
    assert all(loss < 0.6 for loss, _ in results.values())  # knowing nothing costs 0.69
    assert results["Platt"][0] < results["isotonic"][0]  # steps learned from 270 captions do not carry over


def test_levels_follow_their_rules() -> None:
    """GIVEN captions whose worth is their confidence, THEN the levels are where the rules put them."""
    confidence = (np.arange(1000) + 0.5) / 1000
    quality = confidence * 2
    good = (np.random.default_rng(0).uniform(size=1000) < confidence).tolist()
    levels = choose_levels(confidence.tolist(), quality.tolist(), good)
    # At least 0.8 of those above `sure` are good: (sure + 1) / 2 = 0.8.
    assert levels.sure == pytest.approx(0.6, abs=0.051)
    # Those below `unsure` reach a quarter of the mean of 1: unsure = 0.25.
    assert levels.unsure == pytest.approx(0.25)
    # Those in between reach 0.75 of it, wherever they begin.
    assert levels.fairly_sure + levels.sure >= 0.75
    assert levels.unsure <= levels.fairly_sure <= levels.sure


def test_nothing_good_is_never_said_plainly() -> None:
    levels = choose_levels([0.5] * 50, [1.0] * 50, [False] * 50)
    assert levels.certainty(0.5) is not Certainty.SURE


def test_levels_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        Levels(sure=0.2, fairly_sure=0.5)


def test_above_median_and_normal_scores() -> None:
    assert above_median([1.0, 2.0, 3.0, 4.0]) == [False, False, False, True]
    scores = normal_scores([10.0, 0.0, 5.0])
    assert scores.tolist() == pytest.approx([0.967, -0.967, 0.0], abs=1e-3)
