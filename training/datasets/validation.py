"""Validation photos for datasets that have none of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from training.data import Example

_SEED = 42

_FEWEST, _MOST = 3, 1000
"""Validation photos: fewer say nothing, more cost time in every epoch."""


def cut(examples: Sequence[Example], share: float) -> list[Example]:
    """Make some of the training photos validation photos, unless there are any.

    A photo's rank depends on its id and a fixed seed alone, so that it falls on the same side on every
    computer, whatever the order of the files and even when others come or go.

    Args:
        examples: in any order, which is kept.
        share: of the training photos with captions; at least three of them, at most a thousand and at most
            half.
    """
    if any(example.split == "val" and example.captions for example in examples):
        return list(examples)
    ranked = sorted(
        (example.id for example in examples if example.split == "train" and example.captions), key=_rank
    )
    number = min(max(round(share * len(ranked)), _FEWEST), _MOST, len(ranked) // 2)
    chosen = set(ranked[:number])
    return [replace(item, split="val") if item.id in chosen else item for item in examples]


def _rank(name: str) -> bytes:
    return hashlib.sha256(f"{_SEED} {name}".encode()).digest()
