"""BLEU, ROUGE-L and CIDEr-D in pure Python, equal to pycocoevalcap 1.2 on whitespace tokens.

Every function takes token lists that went through the same normalisation on both sides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.normalise import normalise

Tokens = Sequence[str]
Ngram = tuple[str, ...]

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


def evaluate(items: Sequence[Scored]) -> dict[str, float]:
    """Score captions on normalised syllables (recipe ``vi-syllable``).

    Returns:
        BLEU-1 to BLEU-4, ROUGE-L in [0, 1], CIDEr-D in [0, 10].
    """
    return _combine(_measure(items))


def intervals(
    items: Sequence[Scored], *, samples: int = 1000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of every score, resampling photos (percentile method).

    The document frequencies of CIDEr-D stay those of the whole set: a score on a subset with frequencies of
    its own would not be comparable.
    """
    measured = _measure(items)
    random = np.random.default_rng(seed)
    draws = [_combine(measured[random.integers(0, len(measured), len(measured))]) for _ in range(samples)]
    return {
        name: (float(low), float(high))
        for name in draws[0]
        for low, high in [np.percentile([draw[name] for draw in draws], (2.5, 97.5))]
    }


def _measure(items: Sequence[Scored]) -> NDArray[np.float64]:
    """One row per photo: BLEU counts, ROUGE-L, CIDEr-D."""
    hypotheses = [normalise(item.hypothesis).split() for item in items]
    references = [[normalise(text).split() for text in item.references] for item in items]
    cider = CiderD.from_references(references)
    return np.array(
        [
            [*bleu_counts(tokens, others), rouge_l(tokens, others), cider.score(tokens, others)]
            for tokens, others in zip(hypotheses, references, strict=True)
        ]
    )


def _combine(measured: NDArray[np.float64]) -> dict[str, float]:
    scores = {f"BLEU-{n + 1}": value for n, value in enumerate(bleu(measured[:, :-2]))}
    scores["ROUGE-L"] = float(measured[:, -2].mean())
    scores["CIDEr-D"] = float(measured[:, -1].mean())
    return scores


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
    closest = min((abs(len(other) - len(hypothesis)), len(other)) for other in references)[1]
    return [*matched, *guessed, len(hypothesis), closest]


def bleu(counts: NDArray[np.float64]) -> tuple[float, ...]:
    """Corpus BLEU-1..4 with the closest reference length (Papineni et al. 2002).

    Args:
        counts: (photos, 10), rows of ``bleu_counts``.
    """
    tiny, small = 1e-15, 1e-9  # pycocoevalcap's guards against division by zero
    total = counts.sum(axis=0)
    matched, guessed, (length, reference_length) = total[:4], total[4:8], total[8:]
    ratio = (length + tiny) / (reference_length + small)
    brevity = math.exp(1 - 1 / ratio) if ratio < 1 else 1.0
    precision = np.cumprod((matched + tiny) / (guessed + small))
    return tuple(brevity * float(value) ** (1 / (n + 1)) for n, value in enumerate(precision))


def rouge_l(hypothesis: Tokens, references: Sequence[Tokens]) -> float:
    """ROUGE-L with beta 1.2 of the best precision and the best recall (Lin 2004, as COCO computes it)."""
    beta = 1.2
    common = [_longest_common_subsequence(hypothesis, reference) for reference in references]
    if not any(common):
        return 0.0
    precision = max(length / len(hypothesis) for length in common)
    recall = max(length / len(ref) for length, ref in zip(common, references, strict=True) if ref)
    return (1 + beta**2) * precision * recall / (recall + beta**2 * precision)


class CiderD:
    """CIDEr-D (Vedantam et al. 2015): clipped tf-idf similarity with a Gaussian length penalty, times 10.

    Args:
        document_frequency: for each n-gram the number of pictures whose references have it.
        pictures: how many pictures were counted.
    """

    SIGMA = 6.0

    def __init__(self, document_frequency: Mapping[Ngram, int], pictures: int) -> None:
        self._frequency = document_frequency
        self._log_pictures = math.log(pictures)

    @classmethod
    def from_references(cls, references: Sequence[Sequence[Tokens]]) -> CiderD:
        """Take the document frequencies from the references of all pictures."""
        frequency: Counter[Ngram] = Counter()
        for others in references:
            frequency.update({gram for other in others for gram in ngrams(other)})
        return cls(frequency, len(references))

    def score(self, hypothesis: Tokens, references: Sequence[Tokens]) -> float:
        """CIDEr-D of one sentence, in [0, 10]."""
        return self.vector_score(self.vector(hypothesis), [self.vector(other) for other in references])

    def vector(self, tokens: Tokens) -> TfIdf:
        """tf-idf of a sentence; worth keeping for references that are scored against often."""
        values: tuple[dict[Ngram, float], ...] = tuple({} for _ in range(MAX_ORDER))
        for gram, count in ngrams(tokens).items():
            idf = self._log_pictures - math.log(max(1, self._frequency.get(gram, 0)))
            values[len(gram) - 1][gram] = count * idf
        norms = tuple(math.sqrt(sum(v * v for v in value.values())) for value in values)
        # The reference implementation counts bigrams as the length; kept, to give the same numbers.
        return TfIdf(values, norms, max(0, len(tokens) - 1))

    def vector_score(self, hypothesis: TfIdf, references: Sequence[TfIdf]) -> float:
        """CIDEr-D of one sentence against references, all as vectors."""
        total = sum(self._similarity(hypothesis, reference) for reference in references)
        return 10.0 * total / len(references)

    def _similarity(self, hypothesis: TfIdf, reference: TfIdf) -> float:
        penalty = math.exp(-((hypothesis.length - reference.length) ** 2) / (2 * self.SIGMA**2))
        total = 0.0
        for n in range(MAX_ORDER):
            theirs = reference.values[n]
            norm = hypothesis.norms[n] * reference.norms[n]
            if norm:
                shared = (
                    min(value, theirs[gram]) * theirs[gram]
                    for gram, value in hypothesis.values[n].items()
                    if gram in theirs
                )
                total += sum(shared) / norm
        return penalty * total / MAX_ORDER


@dataclass(frozen=True, slots=True)
class TfIdf:
    """A sentence as CIDEr-D sees it: per n-gram order the weights and their norm, and the length."""

    values: tuple[dict[Ngram, float], ...]
    norms: tuple[float, ...]
    length: int


def ngrams(tokens: Tokens) -> Counter[Ngram]:
    """Counts of all n-grams of 1 to 4 tokens."""
    counts: Counter[Ngram] = Counter()
    for n in range(1, MAX_ORDER + 1):
        counts.update(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return counts


def _longest_common_subsequence(a: Tokens, b: Tokens) -> int:
    lengths = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            diagonal, lengths[j] = lengths[j], diagonal + 1 if x == y else max(lengths[j], lengths[j - 1])
    return lengths[-1]
