"""How sure a score and a difference of scores are: bootstrap over pictures (Koehn 2004)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.metrics.measured import Measured, measure
from training.metrics.recipes import DEFAULT_RECIPE
from training.metrics.sentences import Floats, Scored

SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """How a second system differs from a first one in one score.

    Attributes:
        first: score of the first.
        second: score of the second.
        low: lower end of the 95 % interval of second minus first.
        high: its upper end.
        p_value: two-sided; how often chance alone would turn the difference round, doubled.
    """

    first: float
    second: float
    low: float
    high: float
    p_value: float

    @property
    def gain(self) -> float:
        """Second minus first."""
        return self.second - self.first


def intervals(
    items: Sequence[Scored], recipe: str = DEFAULT_RECIPE, *, samples: int = SAMPLES, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of every score, resampling pictures (percentile method).

    Raises:
        DataError: as ``training.metrics.measure`` does.
    """
    return intervals_of(measure(items, recipe), samples=samples, seed=seed)


def intervals_of(
    measured: Measured, *, samples: int = SAMPLES, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of what is measured already."""
    found = measured.scores_of(_draw(measured.pictures, samples, seed))
    return {name: _middle(values) for name, values in found.items()}


def compare(
    first: Measured, second: Measured, *, samples: int = SAMPLES, seed: int = 0
) -> dict[str, Difference]:
    """Paired bootstrap: both systems are scored on the same draws of pictures.

    Args:
        first: measured by some recipe.
        second: the same pictures in the same order, by the same recipe.
        samples: draws.
        seed: of the draws.
    """
    drawn = _draw(first.pictures, samples, seed)
    before, after = first.scores(), second.scores()
    draws_before, draws_after = first.scores_of(drawn), second.scores_of(drawn)
    return {
        name: _difference(before[name], after[name], draws_after[name] - draws_before[name])
        for name in before
    }


def _difference(first: float, second: float, gains: Floats) -> Difference:
    low, high = _middle(gains)
    # One is added to both: with 1,000 draws nothing is known to be rarer than 1 in 1,001.
    turned = 1 + min(int((gains <= 0).sum()), int((gains >= 0).sum()))
    return Difference(first, second, low, high, min(1.0, 2 * turned / (len(gains) + 1)))


def _draw(pictures: int, samples: int, seed: int) -> NDArray[np.int64]:
    """(samples, pictures): how often each picture is drawn, with replacement."""
    return np.random.default_rng(seed).multinomial(pictures, np.full(pictures, 1 / pictures), size=samples)


def _middle(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)
