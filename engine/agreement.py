"""How far two ways of running a model agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.contract import Pixels
from engine.search import Hypothesis


class Searching(Protocol):
    """A captioner, as far as it is needed here."""

    def search(self, photos: Sequence[Pixels]) -> list[list[Hypothesis]]:
        """See ``engine.captioner.Captioner.search``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What became of the same pictures.

    Attributes:
        pictures: how many were described.
        identical: share of pictures with the very same tokens.
        mean_token_edits: insertions, deletions and replacements of tokens that turn one caption into the
            other, on average per picture.
    """

    pictures: int
    identical: float
    mean_token_edits: float


def compare(first: Searching, second: Searching, photos: Sequence[Pixels]) -> Agreement:
    """Describe pictures in both ways, one by one.

    Args:
        first: a captioner.
        second: another of the same model.
        photos: at least one; they are not put through the gate.
    """
    edits = []
    for photo in photos:
        one, other = (captioner.search([photo])[0][0].tokens for captioner in (first, second))
        edits.append(token_edits(one, other))
    return Agreement(
        pictures=len(edits),
        identical=edits.count(0) / len(edits),
        mean_token_edits=sum(edits) / len(edits),
    )


def token_edits(first: Sequence[int], second: Sequence[int]) -> int:
    """Levenshtein distance of two token sequences."""
    row = list(range(len(second) + 1))
    for i, token in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (token != other))
    return row[-1]
