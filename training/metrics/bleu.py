"""Corpus BLEU, equal to pycocoevalcap 1.2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from training.metrics.sentences import MAX_ORDER, Floats, Ngram, Tokenised, Tokens, ngrams

_TINY, _SMALL = 1e-15, 1e-9
"""pycocoevalcap's guards against division by zero."""


class CorpusBleu:
    """BLEU-1 to BLEU-4 with the closest reference length (Papineni et al. 2002)."""

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 10), rows of ``bleu_counts``."""
        return np.array([bleu_counts(item.hypothesis, item.references) for item in items], float)

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """BLEU-1 to BLEU-4 in [0, 1]."""
        values = _bleu_of_totals(totals)
        return {f"BLEU-{n + 1}": values[..., n] for n in range(MAX_ORDER)}


def bleu_counts(hypothesis: Tokens, references: Sequence[Tokens]) -> list[int]:
    """What corpus BLEU needs to know of one sentence.

    Returns:
        Matched n-grams for n = 1..4 (clipped), n-grams for n = 1..4, length, closest reference length.
    """
    best: Counter[Ngram] = Counter()
    for other in references:
        best |= ngrams(other)
    matched, guessed = [0] * MAX_ORDER, [0] * MAX_ORDER
    for gram, count in ngrams(hypothesis).items():
        guessed[len(gram) - 1] += count
        matched[len(gram) - 1] += min(count, best[gram])
    return [*matched, *guessed, len(hypothesis), closest_length(hypothesis, references)]


def closest_length(hypothesis: Tokens, references: Sequence[Tokens]) -> int:
    """Tokens of the reference whose length is nearest to the hypothesis; of two, the shorter."""
    return min((abs(len(other) - len(hypothesis)), len(other)) for other in references)[1]


def bleu(counts: Floats) -> tuple[float, ...]:
    """Corpus BLEU-1..4.

    Args:
        counts: (pictures, 10), rows of ``bleu_counts``.
    """
    return tuple(float(value) for value in _bleu_of_totals(counts.sum(axis=0)))


def _bleu_of_totals(totals: Floats) -> Floats:
    """(..., 10) summed counts -> (..., 4) BLEU-1 to BLEU-4."""
    matched, guessed = totals[..., :MAX_ORDER], totals[..., MAX_ORDER : 2 * MAX_ORDER]
    ratio = (totals[..., -2] + _TINY) / (totals[..., -1] + _SMALL)
    brevity = np.exp(np.minimum(0.0, 1 - 1 / ratio))
    precision = np.cumprod((matched + _TINY) / (guessed + _SMALL), axis=-1)
    values: Floats = brevity[..., None] * precision ** (1 / np.arange(1, MAX_ORDER + 1))
    return values
