"""Beam search: prefix embeddings -> ranked token sequences. The only place that knows scoring.

The networks are seen through ``Decoder`` alone, so one search serves ONNX Runtime, torch and the tests.
The rule is the usual one (as in ``transformers.generate`` with ``early_stopping="never"``): at each step
the best ``2 * beam_size`` continuations of a picture are looked at; those among the first ``beam_size``
that end are finished, the best ``beam_size`` that do not end live on. The search of a picture stops when
no living hypothesis can still change the result, so ending early never changes it.

Letters: B pictures, K prefix positions, D width, R rows (living hypotheses of all pictures), C candidates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.contract import Floats, SearchOptions


class Step(NamedTuple):
    """What a decoder answers: the most probable next tokens of each row, best first.

    Attributes:
        cache: whatever the decoder needs to go on; the search only hands it back.
        log_probs: (R, C) float32, normalised over the whole vocabulary.
        tokens: (R, C) int64, the token of each log-probability.
    """

    cache: Any
    log_probs: Floats
    tokens: NDArray[np.int64]


class Decoder(Protocol):
    """A language model that continues rows of prefix embeddings."""

    @property
    def end_id(self) -> int:
        """The token that ends a sentence."""
        ...

    def begin(self, prefix: Floats, width: int) -> Step:
        """First candidates after ``prefix`` (B, K, D): one row per picture, ``width`` candidates
        each (fewer only when the vocabulary is smaller).
        """
        ...

    def advance(self, cache: Any, parents: NDArray[np.int64], tokens: NDArray[np.int64], width: int) -> Step:
        """Candidates after appending ``tokens`` (R,) to the rows ``parents`` (R,) of the step that
        gave ``cache``. Rows may be repeated or left out.
        """
        ...


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One sentence found.

    Attributes:
        tokens: without the end token.
        token_log_probs: one for each token, and one more for the end token when it was reached.
        score: what hypotheses are ranked by, see ``SearchOptions.length_penalty``.
    """

    tokens: tuple[int, ...]
    token_log_probs: tuple[float, ...]
    score: float

    @property
    def log_prob(self) -> float:
        """Natural log-probability of the whole sequence."""
        return math.fsum(self.token_log_probs)


def beam_search(
    decoder: Decoder, prefix: Floats, options: SearchOptions, *, keep: int = 1
) -> list[list[Hypothesis]]:
    """Find the best sentences for a batch of pictures.

    Args:
        decoder: the language model.
        prefix: (B, K, D) float32 prefix embeddings.
        options: beam size and constraints.
        keep: sentences wanted per picture; at most ``beam_size`` are searched for.

    Returns:
        For each picture its hypotheses, best first, 1 to ``keep`` of them. Each picture's result is
        that of a search on it alone.
    """
    beams = [_Beam(options, decoder.end_id, min(keep, options.beam_size)) for _ in prefix]
    step = decoder.begin(prefix, _width(beams, options))
    active = beams
    while active:
        parents: list[int] = []
        tokens: list[int] = []
        offset = 0
        for beam in active:
            rows = slice(offset, offset + beam.rows)
            chosen = beam.extend(step.log_probs[rows], step.tokens[rows])
            parents += [offset + row for row, _ in chosen]
            tokens += [token for _, token in chosen]
            offset = rows.stop
        active = [beam for beam in active if beam.rows]
        if active:
            step = decoder.advance(
                step.cache, np.asarray(parents), np.asarray(tokens), _width(active, options)
            )
    return [beam.results() for beam in beams]


def _width(beams: Sequence[_Beam], options: SearchOptions) -> int:
    """Candidates per row that hold the best ``2 * beam_size`` allowed ones, whatever is banned."""
    return 2 * options.beam_size + max(beam.most_banned() for beam in beams)


class _Living(NamedTuple):
    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    total: float
    banned: frozenset[int]


class _Beam:
    """The search of one picture."""

    def __init__(self, options: SearchOptions, end_id: int, keep: int) -> None:
        self._options = options
        self._end_id = end_id
        self._keep = keep
        self._living = [_Living((), (), 0.0, self._bans(()))]
        self._finished: list[Hypothesis] = []

    @property
    def rows(self) -> int:
        return len(self._living)

    def most_banned(self) -> int:
        return max(len(living.banned) for living in self._living)

    def results(self) -> list[Hypothesis]:
        return self._finished[: self._keep]

    def extend(self, log_probs: Floats, tokens: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Take one step; returns (row, token) of each hypothesis that lives on, none at the end."""
        parents, self._living = self._living, []
        chosen: list[tuple[int, int]] = []
        length = len(parents[0].tokens) + 1
        for rank, (row, token, log_prob, total) in enumerate(self._ranked(parents, log_probs, tokens)):
            ends = token == self._end_id
            if ends or length == self._options.max_length:
                if rank < self._options.beam_size:
                    self._finish(parents[row], token, log_prob, total)
            elif len(self._living) < self._options.beam_size:
                sequence = (*parents[row].tokens, token)
                history = (*parents[row].log_probs, log_prob)
                self._living.append(_Living(sequence, history, total, self._bans(sequence)))
                chosen.append((row, token))
        self._finished.sort(key=lambda found: found.score, reverse=True)
        if self._settled():
            self._living = []
            return []
        return chosen

    def _ranked(
        self, parents: list[_Living], log_probs: Floats, tokens: NDArray[np.int64]
    ) -> list[tuple[int, int, float, float]]:
        """(row, token, log-probability, total) of the best ``2 * beam_size`` allowed continuations."""
        totals = log_probs.astype(np.float64)
        for row, living in enumerate(parents):
            if living.banned:
                totals[row, np.isin(tokens[row], list(living.banned))] = -np.inf
            totals[row] += living.total
        flat = totals.ravel()
        wanted = min(2 * self._options.beam_size, flat.size)
        best = np.argpartition(-flat, wanted - 1)[:wanted]
        best = best[np.argsort(-flat[best], kind="stable")]
        columns = log_probs.shape[1]
        return [
            (int(i) // columns, int(tokens.flat[i]), float(log_probs.flat[i]), float(flat[i]))
            for i in best
            if flat[i] > -np.inf
        ]

    def _finish(self, parent: _Living, token: int, log_prob: float, total: float) -> None:
        history = (*parent.log_probs, log_prob)
        sequence = parent.tokens if token == self._end_id else (*parent.tokens, token)
        score = total / len(history) ** self._options.length_penalty
        self._finished.append(Hypothesis(sequence, history, score))

    def _settled(self) -> bool:
        """No living hypothesis can still enter the kept ones, however it goes on."""
        if not self._living:
            return True
        if len(self._finished) < self._keep:
            return False
        penalty = self._options.length_penalty
        # Totals only fall; dividing by the longest allowed length flatters them most.
        length = self._options.max_length if penalty > 0 else len(self._living[0].tokens)
        bound = max(living.total for living in self._living) / float(length**penalty)
        return bound <= self._finished[self._keep - 1].score

    def _bans(self, sequence: tuple[int, ...]) -> frozenset[int]:
        """Tokens that may not follow ``sequence``."""
        banned = set()
        if len(sequence) < self._options.min_length:
            banned.add(self._end_id)
        size = self._options.no_repeat_ngram
        if size and len(sequence) >= size:
            tail = sequence[len(sequence) - size + 1 :]
            for start in range(len(sequence) - size + 1):
                if sequence[start : start + size - 1] == tail:
                    banned.add(sequence[start + size - 1])
        return frozenset(banned)
