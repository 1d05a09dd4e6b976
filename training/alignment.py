"""Which English caption a Vietnamese one was translated from, when a photo has several of each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

Words = Sequence[str]
Table = Mapping[tuple[str, str], float]
"""P(target word | source word)."""

_NULL = "<null>"
"""Explains words that no word of the other language explains (Brown et al. 1993)."""

_ROUNDS = 10
_LEAST = 1e-7
"""Probability of a pair of words that never counted."""

_LENGTH_COST = 0.5
"""Per word by which a translation is longer or shorter than usual, in natural logarithm."""


def align(
    translations: Sequence[Sequence[Words]], originals: Sequence[Sequence[Words]]
) -> list[tuple[int, ...]]:
    """Find the original of each translation without a dictionary.

    IBM Model 1 (Brown et al. 1993) is trained by expectation maximisation over all pairs a photo allows, each
    weighed by the probability that it is a true pair; every round sharpens both.

    Args:
        translations: for each photo its translations as words, in the order of their originals.
        originals: for each photo at least as many originals as words.

    Returns:
        For each photo the positions of the originals, ascending.
    """
    sources = [[[_NULL, *words] for words in photo] for photo in originals]
    ratio = _mean_length(translations) / _mean_length(originals)
    weights = [[[1 / len(s)] * len(s) for _ in t] for t, s in zip(translations, sources, strict=True)]
    table: Table = defaultdict(lambda: 1.0)
    for _ in range(_ROUNDS):
        table = _count(translations, sources, weights, table)
        weights = [
            [_pair_weights(words, source, table, ratio) for words in target]
            for target, source in zip(translations, sources, strict=True)
        ]
    return [_most_probable(rows) for rows in weights]


def _count(
    translations: Sequence[Sequence[Words]],
    sources: Sequence[Sequence[Words]],
    weights: Sequence[Sequence[Sequence[float]]],
    table: Table,
) -> Table:
    """Expected counts of word pairs under the present table and weights, as a new table."""
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    totals: defaultdict[str, float] = defaultdict(float)
    for target, source, rows in zip(translations, sources, weights, strict=True):
        for words, row in zip(target, rows, strict=True):
            for candidate, weight in zip(source, row, strict=True):
                if weight < 1e-4:
                    continue
                for word in words:
                    norm = weight / sum(table[other, word] for other in candidate)
                    for other in candidate:
                        share = norm * table[other, word]
                        pairs[other, word] += share
                        totals[other] += share
    counted = {pair: count / totals[pair[0]] for pair, count in pairs.items()}
    return defaultdict(lambda: _LEAST, counted)


def _pair_weights(words: Words, source: Sequence[Words], table: Table, ratio: float) -> list[float]:
    """Probability of each original to be the one of a translation."""
    logs = []
    for candidate in source:
        fit = sum(math.log(sum(table[other, word] for other in candidate) / len(candidate)) for word in words)
        expected = ratio * (len(candidate) - 1)
        logs.append(fit - _LENGTH_COST * abs(len(words) - expected))
    best = max(logs)
    shares = [math.exp(value - best) for value in logs]
    return [share / sum(shares) for share in shares]


def _most_probable(rows: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """The ascending choice of originals with the highest joint probability."""
    choices = combinations(range(len(rows[0])), len(rows)) if rows else iter([()])
    return max(
        choices,
        key=lambda chosen: sum(math.log(row[i] + 1e-12) for row, i in zip(rows, chosen, strict=True)),
    )


def _mean_length(photos: Sequence[Sequence[Words]]) -> float:
    lengths = [len(words) for photo in photos for words in photo]
    return sum(lengths) / len(lengths)
