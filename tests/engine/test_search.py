"""Beam search against exhaustive search, against itself in batches, and rule by rule."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contract import SearchOptions
from engine.search import Hypothesis, beam_search
from tests.fakes import TableDecoder, pictures


def exhaustive(
    decoder: TableDecoder, picture: int, options: SearchOptions
) -> list[tuple[float, tuple[int, ...]]]:
    """(score, tokens) of every sequence the options allow, best first."""
    found = []

    def grow(sequence: tuple[int, ...], total: float) -> None:
        log_probs = decoder.log_probs(picture, sequence)
        length = len(sequence) + 1
        for token in range(decoder.vocabulary):
            longer = (*sequence, token)
            value = total + float(np.float32(log_probs[token]))
            if token == decoder.end_id:
                if len(sequence) >= options.min_length:
                    found.append((value / length**options.length_penalty, sequence))
            elif repeats(longer, options.no_repeat_ngram):
                continue
            elif length == options.max_length:
                found.append((value / length**options.length_penalty, longer))
            else:
                grow(longer, value)

    grow((), 0.0)
    return sorted(found, reverse=True)


def repeats(sequence: tuple[int, ...], size: int) -> bool:
    grams = [sequence[i : i + size] for i in range(len(sequence) - size + 1)] if size else []
    return len(grams) != len(set(grams))


OPTIONS = [
    pytest.param(SearchOptions(beam_size=300, max_length=4), id="plain"),
    pytest.param(SearchOptions(beam_size=300, max_length=4, length_penalty=1.0), id="average"),
    pytest.param(SearchOptions(beam_size=300, max_length=4, min_length=3), id="min-length"),
    pytest.param(SearchOptions(beam_size=300, max_length=4, no_repeat_ngram=1), id="no-repeat-1"),
    pytest.param(SearchOptions(beam_size=300, max_length=4, no_repeat_ngram=2), id="no-repeat-2"),
    pytest.param(SearchOptions(beam_size=300, max_length=4, min_length=4), id="fixed-length"),
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("picture", [1, 2, 3])
def test_wide_beam_finds_what_exhaustive_search_finds(options: SearchOptions, picture: int) -> None:
    """GIVEN a beam wider than all prefixes, THEN the ten best sequences are the ten best there are."""
    decoder = TableDecoder(vocabulary=5)
    expected = exhaustive(decoder, picture, options)[:10]
    found = beam_search(decoder, pictures(picture), options, keep=10)[0]
    assert [h.tokens for h in found] == [tokens for _, tokens in expected[: len(found)]]
    assert len(found) == min(10, len(expected))
    assert [h.score for h in found] == pytest.approx([score for score, _ in expected[: len(found)]], abs=1e-5)


def test_greedy_takes_the_best_token_each_time() -> None:
    decoder = TableDecoder(vocabulary=9)
    options = SearchOptions(beam_size=1, max_length=12, min_length=0)
    expected: list[int] = []
    while len(expected) < 12:
        token = int(decoder.log_probs(4, tuple(expected)).argmax())
        if token == decoder.end_id:
            break
        expected.append(token)
    assert beam_search(decoder, pictures(4), options)[0][0].tokens == tuple(expected)


@settings(max_examples=60, deadline=None)
@given(
    seeds=st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
    beam=st.integers(1, 6),
    penalty=st.sampled_from([0.0, 0.7, 1.0, 1.5]),
    max_length=st.integers(1, 9),
    ngram=st.integers(0, 3),
    keep=st.integers(1, 4),
)
def test_batched_equals_single(
    seeds: list[int], beam: int, penalty: float, max_length: int, ngram: int, keep: int
) -> None:
    decoder = TableDecoder(vocabulary=12)
    options = SearchOptions(
        beam_size=beam, length_penalty=penalty, min_length=0, max_length=max_length, no_repeat_ngram=ngram
    )
    together = beam_search(decoder, pictures(*seeds), options, keep=keep)
    alone = [beam_search(decoder, pictures(seed), options, keep=keep)[0] for seed in seeds]
    assert together == alone


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    min_length=st.integers(0, 6),
    extra=st.integers(1, 5),
    ngram=st.integers(0, 3),
    penalty=st.sampled_from([0.0, 1.0]),
)
def test_every_hypothesis_obeys_the_options(
    seed: int, min_length: int, extra: int, ngram: int, penalty: float
) -> None:
    decoder = TableDecoder(vocabulary=15)
    options = SearchOptions(
        beam_size=4, min_length=min_length, max_length=min_length + extra, no_repeat_ngram=ngram,
        length_penalty=penalty,
    )  # fmt: skip
    found = beam_search(decoder, pictures(seed), options, keep=4)[0]
    assert found
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert len({h.tokens for h in found}) == len(found)
    for hypothesis in found:
        assert min_length <= len(hypothesis.tokens) <= options.max_length
        assert decoder.end_id not in hypothesis.tokens
        assert not repeats(hypothesis.tokens, ngram)
        length = len(hypothesis.token_log_probs)
        assert hypothesis.score == pytest.approx(hypothesis.log_prob / length**penalty)


def test_keeping_more_never_changes_the_best() -> None:
    """GIVEN that search may stop earlier for fewer results, THEN the best one stays the same."""
    decoder = TableDecoder(vocabulary=12)
    options = SearchOptions(beam_size=5, max_length=10, length_penalty=0.8)
    for seed in range(30):
        best = beam_search(decoder, pictures(seed), options, keep=1)[0]
        assert beam_search(decoder, pictures(seed), options, keep=5)[0][:1] == best


def test_finished_pictures_leave_the_batch() -> None:
    """GIVEN pictures whose sentences differ in length, THEN later steps run fewer rows."""
    decoder = TableDecoder(vocabulary=6)
    beam_search(decoder, pictures(*range(8)), SearchOptions(beam_size=2, max_length=20))
    assert decoder.rows_seen[0] == 8
    assert decoder.rows_seen[-1] < 2 * 8


def test_log_probability_is_the_sum_of_the_tokens() -> None:
    hypothesis = Hypothesis((3, 4), (-0.5, -1.0, -0.25), -1.75)
    assert math.isclose(hypothesis.log_prob, -1.75)


@pytest.mark.parametrize(
    "wrong",
    [
        {"beam_size": 0},
        {"min_length": 5, "max_length": 4},
        {"max_length": 0, "min_length": 0},
        {"no_repeat_ngram": -1},
    ],
)
def test_contradictory_options_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="|".join(wrong)):
        SearchOptions(**wrong)  # type: ignore[arg-type]


def test_exhaustive_reference_is_complete() -> None:
    """The yardstick itself: 4 tokens besides the end, up to 2 long, gives 1 + 4 + 16 sequences."""
    options = SearchOptions(beam_size=1, max_length=2, min_length=0)
    found = {tokens for _, tokens in exhaustive(TableDecoder(vocabulary=5), 1, options)}
    expected = {(), *itertools.product(range(1, 5)), *itertools.product(range(1, 5), repeat=2)}
    assert found == expected
