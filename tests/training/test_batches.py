"""Batches: each item once, the same again after a restart."""

from __future__ import annotations

import itertools

import numpy as np

from training.batches import StepRandom, group_batches, random_for


def test_groups_stay_together() -> None:
    groups = np.random.default_rng(0).integers(0, 60, 300).tolist()
    batches = group_batches(groups, 32, random_for(1))
    order = [item for batch in batches for item in batch]
    assert sorted(order) == list(range(300))
    assert [len(batch) for batch in batches[:-1]] == [32] * (len(batches) - 1)
    visited = [groups[item] for item in order]
    changes = sum(a != b for a, b in itertools.pairwise(visited))
    assert changes == len(set(groups)) - 1


def test_groups_come_in_another_order_each_time_but_the_same_for_one_seed() -> None:
    groups = [0, 0, 1, 2, 2, 3, 4, 5, 6, 7]
    assert group_batches(groups, 4, random_for(1, 2)) == group_batches(groups, 4, random_for(1, 2))
    assert group_batches(groups, 4, random_for(1, 2)) != group_batches(groups, 4, random_for(1, 3))


def test_an_items_numbers_do_not_depend_on_its_company() -> None:
    """GIVEN one step, THEN an item gets the same numbers whoever else is asked for."""
    together = StepRandom(1, 2, 3).uniform([4, 9, 2, 7], 5)
    shared = [StepRandom(1, 2, 3).uniform([item], 5)[0] for item in (4, 9, 2, 7)]
    assert np.array_equal(together, np.array(shared))
    assert StepRandom(1, 2, 3).coins([7, 4]) == [
        bool(row[0] < 0.5) for row in StepRandom(1, 2, 3).uniform([7, 4], 1)
    ]


def test_numbers_are_uniform_and_unrelated() -> None:
    numbers = StepRandom(7).uniform(range(20000), 4)
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert np.abs(numbers.mean(0) - 0.5).max() < 0.01
    assert np.abs(np.histogram(numbers, 10)[0] / numbers.size - 0.1).max() < 0.005
    relations = np.corrcoef(np.vstack((numbers.T, StepRandom(8).uniform(range(20000), 4).T)))
    assert np.abs(relations - np.eye(8)).max() < 0.03
    assert np.abs(np.corrcoef(numbers[:-1, 0], numbers[1:, 0])[0, 1]) < 0.03
    assert not np.array_equal(numbers, StepRandom(7).uniform(range(20000), 4, draw=1))
