"""ROUGE-L, equal to pycocoevalcap 1.2."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.metrics.sentences import Floats, Tokenised, Tokens

_BETA = 1.2
"""How much more recall weighs than precision, as COCO's evaluation has it."""


class RougeL:
    """The mean of ``rouge_l`` over pictures."""

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 1)."""
        return np.array([[rouge_l(item.hypothesis, item.references)] for item in items])

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """ROUGE-L in [0, 1]."""
        return {"ROUGE-L": totals[..., 0] / pictures}


def rouge_l(hypothesis: Tokens, references: Sequence[Tokens]) -> float:
    """ROUGE-L with beta 1.2 of the best precision and the best recall (Lin 2004, as COCO computes it)."""
    common = [longest_common_subsequence(hypothesis, reference) for reference in references]
    if not any(common):
        return 0.0
    precision = max(length / len(hypothesis) for length in common)
    recall = max(length / len(ref) for length, ref in zip(common, references, strict=True) if ref)
    return (1 + _BETA**2) * precision * recall / (recall + _BETA**2 * precision)


def longest_common_subsequence(a: Tokens, b: Tokens) -> int:
    """Tokens of the longest sequence that both have in this order, gaps allowed."""
    lengths = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            diagonal, lengths[j] = lengths[j], diagonal + 1 if x == y else max(lengths[j], lengths[j - 1])
    return lengths[-1]
