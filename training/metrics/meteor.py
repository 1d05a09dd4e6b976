"""METEOR with exact matches only: the METEOR 1.5 jar called as ``-l en -norm -m exact``.

Denkowski & Lavie 2014. Of the jar's other modules none contributes to Vietnamese: its stemmer, synonyms and
paraphrases are English. What remains of English is a list of function words, which weigh less; a few of them
are Vietnamese syllables too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from training.metrics.meteor_alignment import chunks_of
from training.metrics.sentences import Floats, Tokenised, Tokens

_ALPHA, _BETA, _GAMMA, _DELTA = 0.85, 0.2, 0.6, 0.75
"""The jar's values for English: weight of recall, shape and weight of the fragmentation penalty, weight of
content words against function words."""

_FUNCTION_WORDS = {
    "the", ",", ".", "to", "of", "and", "a", "in", "that", "for", "is", "on", "it", "with", "was", "as",
    "said", "at", "he", "by", "be", "from", "have", "has", "are", "his", "but", "an", "this", "not", "i",
    "will", "they", "who", "their", "had", "we", "which", "were", "been", "more", "or", "s", "its", "would",
    "about", "new", "one", "after", "you", ":", "also", "up", "when", "there", "than", "all", "out", "her",
    "people", "she", "year", "two", "can", "if", "last", "first", "over", "other", "into", "some", "what",
    "so", "no", "time", "years", "could", "?",
}  # fmt: skip
"""The commonest English words (a relative frequency above 1/1000), as the jar counts them."""

_STRANGE = re.compile(r"([^0-9A-Za-zÀ-ÖØ-öø-ž\s.'`,\-‘’])")
"""What the jar's normalisation takes for signs and makes tokens of their own: among them ơ, ư and all letters
with two marks, so that "được" is the four tokens "đ ư ợ c"."""

_STOP = re.compile(r"\.$")


class MeteorExact:
    """METEOR of a corpus: the counts of each picture's best reference are summed, then scored once."""

    def measure(self, items: Sequence[Tokenised]) -> Floats:
        """(pictures, 8): matches, those of content and of function words, chunks, lengths of both sides."""
        return np.array([_best_counts(item) for item in items], float)

    def score(self, totals: Floats, pictures: int) -> dict[str, Floats]:
        """METEOR in [0, 1]."""
        return {"METEOR": meteor(totals)}


def meteor(counts: Floats) -> Floats:
    """(..., 8) counts as ``meteor_counts`` gives them, of one picture or summed -> (...) scores."""
    matches, content, function, chunks, length, function_length, others, function_others = np.moveaxis(
        counts, -1, 0
    )
    weighted = _weigh(content, function)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = weighted / _weigh(length - function_length, function_length)
        recall = weighted / _weigh(others - function_others, function_others)
        mean = 1 / ((1 - _ALPHA) / precision + _ALPHA / recall)
        whole = (matches == length) & (matches == others) & (chunks == 1)
        fragmentation = np.where(whole, 0.0, chunks / matches)
        value = mean * (1 - _GAMMA * fragmentation**_BETA)
    return np.where(matches > 0, value, 0.0)


def meteor_counts(hypothesis: Tokens, reference: Tokens) -> list[int]:
    """What METEOR needs to know of a pair of sentences; see ``meteor``."""
    shared = Counter(hypothesis) & Counter(reference)
    matches = shared.total()
    function = _function_words(list(shared.elements()))
    return [
        matches,
        matches - function,
        function,
        chunks_of(hypothesis, reference),
        len(hypothesis),
        _function_words(hypothesis),
        len(reference),
        _function_words(reference),
    ]


def _best_counts(item: Tokenised) -> list[int]:
    hypothesis = _separate(item.hypothesis)
    counts = [meteor_counts(hypothesis, _separate(reference)) for reference in item.references]
    return counts[int(np.argmax(meteor(np.array(counts, float))))]


def _separate(tokens: Tokens) -> Tokens:
    """The jar's normalisation (``-norm``), as far as it concerns normalised captions."""
    return _STOP.sub(" .", _STRANGE.sub(r" \1 ", " ".join(tokens))).split()


def _function_words(tokens: Tokens) -> int:
    return sum(word in _FUNCTION_WORDS for word in tokens)


def _weigh(content: Floats, function: Floats) -> Floats:
    return _DELTA * content + (1 - _DELTA) * function
