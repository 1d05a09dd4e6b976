"""What is scored: sentences, their tokens, and the runs of tokens that most scores count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Tokens = Sequence[str]
Ngram = tuple[str, ...]
Floats = NDArray[np.float64]

MAX_ORDER = 4


@dataclass(frozen=True, slots=True)
class Scored:
    """One picture's sentences.

    Attributes:
        hypothesis: what the model said.
        references: what people said, at least one.
    """

    hypothesis: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokenised:
    """One picture's sentences as a recipe cuts them."""

    hypothesis: Tokens
    references: tuple[Tokens, ...]


class Metric(Protocol):
    """A score of any selection of pictures that needs of each picture a few numbers only.

    Everything is computed from sums over pictures, so that a thousand bootstrap draws are one product of
    matrices.
    """

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """One row per picture: (pictures, columns)."""

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """Names and values of the scores.

        Args:
            totals: (..., columns), rows of ``measure`` summed over a selection.
            pictures: how many were summed.

        Returns:
            Per score an array (...).
        """


def ngrams(tokens: Tokens) -> Counter[Ngram]:
    """Counts of all n-grams of 1 to 4 tokens."""
    counts: Counter[Ngram] = Counter()
    for n in range(1, MAX_ORDER + 1):
        counts.update(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return counts
