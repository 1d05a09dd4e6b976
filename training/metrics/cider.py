"""CIDEr-D, equal to pycocoevalcap 1.2."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.metrics.sentences import MAX_ORDER, Floats, Ngram, Tokenised, Tokens, ngrams


class MeanCiderD:
    """The mean of CIDEr-D over pictures, with the document frequencies of all pictures' references.

    They stay those of the whole set in bootstrap draws: a score on a subset with frequencies of its own would
    not be comparable.
    """

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 1)."""
        cider = CiderD.from_references([item.references for item in items])
        return np.array([[cider.score(item.hypothesis, item.references)] for item in items])

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """CIDEr-D in [0, 10]."""
        return {"CIDEr-D": totals[..., 0] / pictures}


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
