"""Hand-written stand-ins, small enough to be checked by hand, and how to wait for Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contract import Caption, Floats, Verdict
from engine.search import Step


class TableDecoder:
    """A language model whose next-token probabilities depend on the whole sequence, through a seed.

    Deterministic, with a small vocabulary, so that every sequence can be enumerated. The prefix's first
    number chooses the picture; the cache is the list of sequences.

    Args:
        vocabulary: V.
        end_id: the token that ends a sentence.
    """

    def __init__(self, vocabulary: int, end_id: int = 0) -> None:
        self.vocabulary = vocabulary
        self.end_id = end_id
        self.rows_seen: list[int] = []

    def log_probs(self, picture: int, sequence: tuple[int, ...]) -> NDArray[np.float64]:
        """(V,) log-probabilities of the token after ``sequence``."""
        logits = np.random.default_rng([picture, *sequence, len(sequence)]).normal(0, 2, self.vocabulary)
        result: NDArray[np.float64] = logits - np.log(np.exp(logits).sum())
        return result

    def begin(self, prefix: Floats, width: int) -> Step:
        return self._step([(int(row[0, 0]), ()) for row in prefix], width)

    def advance(self, cache: Any, parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int) -> Step:
        rows = [
            (cache[parent][0], (*cache[parent][1], int(token)))
            for parent, token in zip(parents, tokens, strict=True)
        ]
        return self._step(rows, width)

    def _step(self, rows: list[tuple[int, tuple[int, ...]]], width: int) -> Step:
        self.rows_seen.append(len(rows))
        table = np.stack([self.log_probs(*row) for row in rows])
        order = np.argsort(-table, axis=1)[:, :width]
        return Step(rows, np.take_along_axis(table, order, 1).astype(np.float32), order)


def pictures(*seeds: int) -> Floats:
    """Prefix embeddings (B, 1, 1) that make ``TableDecoder`` speak about the pictures of these seeds."""
    return np.array(seeds, np.float32).reshape(-1, 1, 1)


def a_caption(text: str = "một con mèo", **changes: Any) -> Caption:
    """What a model says of a photo.

    Args:
        text: the sentence.
        changes: values of other attributes.
    """
    caption = Caption(text=text, confidence=0.9, verdict=Verdict.PHOTO, model="starter")
    return replace(caption, **changes)


def wait_until(condition: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Let Qt work until something is true.

    Raises:
        AssertionError: it did not become true in time.
    """
    from PySide6.QtCore import QCoreApplication, QEventLoop

    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)
