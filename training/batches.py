"""Which items go into which step: random, equal in length, and the same again after a restart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

IGNORED = -100
"""Label of padding; cross-entropy leaves it out."""

_BUCKET = 50
"""Batches whose items are sorted by length together: little padding, still a random order."""


def random_for(*numbers: int) -> np.random.Generator:
    """A generator that depends on these numbers alone, such as seed, stage, epoch and step.

    Nothing random is carried from step to step, so that a run goes on exactly as if it had not been stopped.
    """
    return np.random.default_rng(numbers)


class StepRandom:
    """Random numbers of one step. An item's depend on the item alone, not on the company it comes in, so that
    the same are drawn whether one process takes the whole step or several share it.

    Args:
        numbers: such as seed, stage, epoch and step.
    """

    def __init__(self, *numbers: int) -> None:
        self._numbers = numbers

    def uniform(self, items: Sequence[int], count: int, draw: int = 0) -> NDArray[np.float64]:
        """Numbers in [0, 1), (len(items), count).

        Args:
            items: what to draw for.
            count: numbers for each.
            draw: tells several draws for one item apart.
        """
        key = np.random.SeedSequence((*self._numbers, draw)).generate_state(1, np.uint64)
        index = np.asarray(items, np.uint64)[:, None] * np.uint64(count) + np.arange(count, dtype=np.uint64)
        return (
            _mix(key[0] + (index + np.uint64(1)) * _GOLDEN) >> np.uint64(11)
        ) / 2.0**53  # all a float holds

    def coins(self, items: Sequence[int], draw: int = 0) -> list[bool]:
        """A fair coin for each item."""
        return [bool(side) for side in self.uniform(items, 1, draw)[:, 0] < 0.5]


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood 2014): neighbouring states become unrelated numbers."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def length_batches(lengths: Sequence[int], batch_size: int, random: np.random.Generator) -> list[list[int]]:
    """Split positions into batches of items of similar length, in random order.

    Args:
        lengths: of the items.
        batch_size: items a batch; the last one of a bucket may be smaller.
        random: decides the order.

    Returns:
        Batches of positions; every position occurs once.
    """
    order = random.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), _BUCKET * batch_size):
        bucket = sorted(order[start : start + _BUCKET * batch_size], key=lambda item: lengths[item])
        batches += [bucket[i : i + batch_size] for i in range(0, len(bucket), batch_size)]
    return [[int(item) for item in batches[i]] for i in random.permutation(len(batches))]


def group_batches(groups: Sequence[int], batch_size: int, random: np.random.Generator) -> list[list[int]]:
    """Split positions into batches in which items of one group stand together.

    Args:
        groups: of the items, numbers from 0.
        batch_size: items a batch; the last one may be smaller, and a group may lie across two.
        random: decides the order of the groups.

    Returns:
        Batches of positions; every position occurs once.
    """
    rank = random.permutation(max(groups) + 1)
    order = sorted(range(len(groups)), key=lambda item: rank[groups[item]])
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def pad(sequences: Sequence[Sequence[int]], value: int) -> Tensor:
    """Sequences of token ids -> (B, T) int64, filled up at the end."""
    longest = max(map(len, sequences))
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in sequences])
