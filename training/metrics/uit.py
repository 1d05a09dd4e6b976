"""The scores of the UIT report, with what is odd about them (recipe ``uit``).

Means over pictures of NLTK's sentence BLEU with smoothing method 4 (Chen & Cherry 2014, §3.4), and of
``rouge_score``'s ROUGE-L, which sees the letters a to z and digits only: "đường" is "ng" to it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from training.metrics.bleu import bleu_counts
from training.metrics.rouge import longest_common_subsequence
from training.metrics.sentences import MAX_ORDER, Floats, Tokenised, Tokens

_SMOOTHING = 5
"""K of NLTK's smoothing method 4."""

_ASCII_WORD = re.compile("[a-z0-9]+")


class SentenceBleu:
    """Means of sentence BLEU-1 to BLEU-4."""

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 4)."""
        return np.array([sentence_bleu(item.hypothesis, item.references) for item in items])

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """BLEU-1 to BLEU-4 in [0, 1]."""
        return {f"BLEU-{n + 1}": totals[..., n] / pictures for n in range(MAX_ORDER)}


class AsciiRougeL:
    """The mean over pictures of the mean F1 against each reference."""

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 1)."""
        return np.array(
            [
                [np.mean([ascii_rouge_l(item.hypothesis, other) for other in item.references])]
                for item in items
            ]
        )

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """ROUGE-L in [0, 1]."""
        return {"ROUGE-L": totals[..., 0] / pictures}


def sentence_bleu(hypothesis: Tokens, references: Sequence[Tokens]) -> list[float]:
    """BLEU-1 to BLEU-4 of one sentence, with NLTK's smoothing method 4; all 0 where no word is right."""
    counts = bleu_counts(hypothesis, references)
    matched, guessed, (length, closest) = counts[:4], counts[4:8], counts[8:]
    if not matched[0]:
        return [0.0] * MAX_ORDER
    brevity = min(1.0, math.exp(1 - closest / length))
    logs: list[float] = []
    halvings = 0
    for right, all_of_them in zip(matched, guessed, strict=True):
        numerator: float = right
        if not right and length > 1:
            halvings += 1
            numerator = math.log(length) / (2**halvings * _SMOOTHING)
        # NLTK leaves out orders without a match that it did not smooth.
        logs.append(math.log(numerator / max(1, all_of_them)) if numerator else 0.0)
    return [brevity * math.exp(sum(logs[:n]) / n) for n in range(1, MAX_ORDER + 1)]


def ascii_rouge_l(hypothesis: Tokens, reference: Tokens) -> float:
    """F1 of the longest common subsequence of what ``[a-z0-9]+`` leaves of both sentences."""
    said, wanted = (_ASCII_WORD.findall(" ".join(tokens)) for tokens in (hypothesis, reference))
    common = longest_common_subsequence(said, wanted)
    return 2 * common / (len(said) + len(wanted)) if common else 0.0
