"""How varied captions are, and how long. Says nothing of whether they are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from training.data import DataError
from training.metrics.sentences import Ngram, ngrams
from training.normalise import normalise


def diversity(captions: Sequence[str], train: Collection[str] = ()) -> dict[str, float]:
    """Figures over all captions, on normalised syllables.

    Args:
        captions: what a model said, at least one.
        train: the captions it was trained on, where they are known.

    Returns:
        ``distinct-1`` and ``distinct-2``: different syllables per syllable, different pairs of them per pair;
        ``vocabulary``: different syllables; ``mean length``: syllables per caption; ``most frequent``: share
        of the caption that is said most often; ``novel``, with ``train``: share of captions that are not
        among these word for word.

    Raises:
        DataError: there are no captions.
    """
    if not captions:
        raise DataError("There are no captions whose diversity could be told.")
    texts = [normalise(caption) for caption in captions]
    grams: Counter[Ngram] = Counter()
    for text in texts:
        grams.update(ngrams(text.split()))
    singles = Counter({gram: count for gram, count in grams.items() if len(gram) == 1})
    doubles = Counter({gram: count for gram, count in grams.items() if len(gram) == 2})
    found = {
        "distinct-1": len(singles) / max(1, singles.total()),
        "distinct-2": len(doubles) / max(1, doubles.total()),
        "vocabulary": float(len(singles)),
        "mean length": singles.total() / len(texts),
        "most frequent": Counter(texts).most_common(1)[0][1] / len(texts),
    }
    if train:
        known = {normalise(caption) for caption in train}
        found["novel"] = sum(text not in known for text in texts) / len(texts)
    return found
