"""Batches: each item once, the same again after a restart."""

from __future__ import annotations

import itertools

import numpy as np

from training.batches import group_batches, random_for


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
