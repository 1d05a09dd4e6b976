"""Captions measured once, then scored on any selection of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data import DataError
from training.metrics.cider import MeanCiderD
from training.metrics.recipes import DEFAULT_RECIPE, find_recipe
from training.metrics.sentences import Floats, Metric, Scored, Tokenised


@dataclass(frozen=True, slots=True)
class Measured:
    """What the scores of any selection of pictures are computed from.

    Attributes:
        pictures: how many there are.
        tables: per metric one row per picture.
    """

    pictures: int
    tables: tuple[tuple[Metric, Floats], ...]

    @classmethod
    def of(cls, items: Sequence[Tokenised], metrics: Sequence[Metric]) -> Measured:
        """Measure every picture."""
        return cls(len(items), tuple((metric, metric.measure(items)) for metric in metrics))

    def scores(self) -> dict[str, float]:
        """Scores of all pictures."""
        whole = self.scores_of(np.ones((1, self.pictures), np.int64))
        return {name: float(values[0]) for name, values in whole.items()}

    def scores_of(self, drawn: NDArray[np.int64]) -> dict[str, Floats]:
        """Scores of selections of as many pictures as there are.

        Args:
            drawn: (draws, pictures), how often each picture is in the selection.

        Returns:
            Per score an array (draws,).
        """
        found: dict[str, Floats] = {}
        for metric, table in self.tables:
            found |= metric.score(drawn @ table, self.pictures)
        return found


class MeanOf:
    """The means over pictures of scores that were computed before, such as those that need the photos.

    Args:
        names: of the scores.
        table: (pictures, names), in the order of the pictures that are measured.
    """

    def __init__(self, names: Sequence[str], table: Floats) -> None:
        self._names, self._table = tuple(names), table

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """The table itself."""
        if len(items) != len(self._table):
            raise ValueError(f"{len(self._table)} pictures were scored, {len(items)} are measured")
        return self._table

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """Means."""
        return {name: totals[..., column] / pictures for column, name in enumerate(self._names)}


def measure(items: Sequence[Scored], recipe: str = DEFAULT_RECIPE, *extra: Metric) -> Measured:
    """Measure captions by a recipe.

    Args:
        items: at least one.
        recipe: its name.
        extra: metrics on top of the recipe's, on the recipe's tokens.

    Raises:
        DataError: no such recipe, no captions, or a caption without references.
    """
    chosen = find_recipe(recipe)
    if not items:
        raise DataError("There are no captions to score.")
    for number, item in enumerate(items, 1):
        if not item.references:
            raise DataError(f"Caption {number} ({item.hypothesis!r}) has no references to be scored against.")
    return Measured.of([chosen.tokenise(item) for item in items], (*chosen.metrics, *extra))


def evaluate(items: Sequence[Scored], recipe: str = DEFAULT_RECIPE) -> dict[str, float]:
    """Score captions.

    Returns:
        The recipe's scores: BLEU-1 to BLEU-4, METEOR and ROUGE-L in [0, 1], CIDEr-D in [0, 10].

    Raises:
        DataError: as ``measure`` does.
    """
    return measure(items, recipe).scores()


def per_picture(items: Sequence[Scored], recipe: str = DEFAULT_RECIPE) -> list[float]:
    """CIDEr-D of each picture, in [0, 10], with the document frequencies of all.

    The recipe's tokens are used, also where the recipe itself does not compute CIDEr-D.
    """
    chosen = find_recipe(recipe)
    table = MeanCiderD().measure([chosen.tokenise(item) for item in items])
    return [float(value) for value in table[:, 0]]
