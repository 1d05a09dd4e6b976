"""Photos that lie in two splits under two names: what is scored must not have been trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from training.data import SPLITS, Example


def in_later_split(examples: Sequence[Example]) -> set[str]:
    """Ids of photos whose bytes are also those of a photo in a later split: train, val, test.

    Only files of equal size are read, which are few.
    """
    by_size: dict[int, list[Example]] = {}
    for example in examples:
        by_size.setdefault(example.image.stat().st_size, []).append(example)
    alike: dict[bytes, list[Example]] = {}
    for group in by_size.values():
        if len({example.split for example in group}) > 1:
            for example in group:
                alike.setdefault(_digest(example.image), []).append(example)
    leaked = set()
    for group in alike.values():
        last = max(SPLITS.index(example.split) for example in group)
        leaked |= {example.id for example in group if SPLITS.index(example.split) < last}
    return leaked


def _digest(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
