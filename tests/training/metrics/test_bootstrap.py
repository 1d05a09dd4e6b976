"""Intervals and paired comparisons."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.training.metrics.sentences import random_items
from training.metrics import Scored, compare, evaluate, intervals, measure

pytestmark = pytest.mark.slow


def test_interval_holds_the_score_and_narrows_with_more_photos() -> None:
    few, many = random_items(30, 1), random_items(480, 1)
    score = evaluate(many)["CIDEr-D"]
    (low_few, high_few), (low, high) = (intervals(x, samples=200)["CIDEr-D"] for x in (few, many))
    assert low < score < high
    assert high - low < high_few - low_few


def test_intervals_are_the_same_every_time_and_change_with_the_seed() -> None:
    items = random_items(30, 1)
    assert intervals(items, samples=50) == intervals(items, samples=50)
    assert intervals(items, samples=50) != intervals(items, samples=50, seed=1)


def spoilt(items: list[Scored], every: int) -> list[Scored]:
    """Every so many captions say something else."""
    return [
        replace(item, hypothesis="hoàn toàn sai") if number % every == 0 else item
        for number, item in enumerate(items)
    ]


def test_a_clear_gain_is_told_from_chance() -> None:
    """GIVEN the same captions with every third spoilt, THEN the difference is sure, in both directions."""
    good = random_items(120, 2)
    better, worse = measure(good), measure(spoilt(good, 3))
    up, down = compare(worse, better)["BLEU-1"], compare(better, worse)["BLEU-1"]
    assert up.low > 0
    assert up.p_value == pytest.approx(2 / 1001)
    assert (down.low, down.high) == pytest.approx((-up.high, -up.low))
    assert down.p_value == up.p_value
    assert up.gain == pytest.approx(up.second - up.first)


def test_the_same_captions_do_not_differ() -> None:
    measured = measure(random_items(30, 1))
    for difference in compare(measured, measured, samples=100).values():
        assert (difference.gain, difference.low, difference.high, difference.p_value) == (0, 0, 0, 1)


def test_pairing_sees_what_two_intervals_do_not() -> None:
    """GIVEN a small gain on every tenth picture, THEN the intervals overlap, yet the gain is sure."""
    good = random_items(200, 4)
    bad = spoilt(good, 10)
    name = "BLEU-1"
    assert intervals(bad)[name][1] > intervals(good)[name][0]
    assert compare(measure(bad), measure(good))[name].low > 0


def test_a_thousand_draws_take_a_moment() -> None:
    measured = measure(random_items(558, 0))
    began = time.perf_counter()
    compare(measured, measured)
    assert time.perf_counter() - began < 5
