"""Captions of two ways to run a model, compared token by token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.agreement import Agreement, compare, token_edits
from engine.contract import Pixels
from engine.search import Hypothesis


class Saying:
    """Says the given tokens, picture after picture."""

    def __init__(self, *sentences: tuple[int, ...]) -> None:
        self._sentences = iter(sentences)

    def search(self, photos: Sequence[Pixels]) -> list[list[Hypothesis]]:
        return [[Hypothesis(next(self._sentences), (-1.0,), -1.0)] for _ in photos]


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ((), (), 0),
        ((1, 2, 3), (1, 2, 3), 0),
        ((1, 2, 3), (1, 3), 1),
        ((1, 3), (1, 2, 3), 1),
        ((1, 2, 3), (1, 9, 3), 1),
        ((1, 2, 3), (3, 2, 1), 2),
        ((), (4, 5), 2),
    ],
)
def test_token_edits(first: tuple[int, ...], second: tuple[int, ...], edits: int) -> None:
    assert token_edits(first, second) == edits


def test_compare() -> None:
    photos = [np.zeros((4, 4, 3), np.uint8)] * 4
    one = Saying((1, 2), (1, 2), (5,), ())
    other = Saying((1, 2), (1, 3), (5, 6, 7), ())
    assert compare(one, other, photos) == Agreement(pictures=4, identical=0.5, mean_token_edits=0.75)
