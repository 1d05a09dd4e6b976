"""Which items go into which step: random, equal in length, and the same again after a restart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
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
