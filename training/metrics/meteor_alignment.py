"""METEOR's alignment of two sentences by equal words, as the 1.5 jar searches for it.

As many words as possible are matched, then in as few runs of neighbours as possible. The jar's beam search
does not always find the fewest runs, above all in torn Vietnamese syllables, where letters repeat. It is
followed here step by step, as its scores are what tables have been computed with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from training.metrics.sentences import Tokens

_BEAM = 40
"""The jar's default."""

_NO_RUN = -1
"""Instead of the place where the current run would go on."""

_State = tuple[int, int, int, int, int]
"""-matches, runs that have ended, distance, place in the hypothesis where the current run would go on, places
of the hypothesis that are taken (bits)."""


def chunks_of(hypothesis: Tokens, reference: Tokens) -> int:
    """Runs of neighbouring matches in the alignment of a hypothesis with a reference."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(hypothesis):
        places.setdefault(word, []).append(place)
    fixed = _fixed(places, Counter(reference))
    taken = sum(1 << place for place in fixed.values())
    states: list[_State] = [(0, 0, 0, _NO_RUN, taken)]
    for position, word in enumerate(reference):
        if word in fixed:
            place = fixed[word]
            states = [_match(state, place, state[2] + abs(position - place)) for state in states]
        else:
            states = [after for state in states for after in _choices(state, position, places.get(word, ()))]
        states.sort(key=_rank)
        del states[_BEAM:]
    best = min((_end_run(state) for state in states), key=_rank)
    return best[1]


def _fixed(places: Mapping[str, Sequence[int]], wanted: Counter[str]) -> dict[str, int]:
    """Words that both sentences have once, with their places in the hypothesis."""
    return {word: found[0] for word, found in places.items() if len(found) == 1 and wanted[word] == 1}


def _rank(state: _State) -> tuple[int, int, int]:
    return state[:3]


def _choices(state: _State, position: int, places: Sequence[int]) -> Iterator[_State]:
    """The word of the reference matched with each free place, and left out."""
    negative_matches, ended, distance, run, taken = state
    for place in places:
        if taken >> place & 1:
            continue
        # The jar adds a match's distance to the state it came from, so that it counts for the later choices
        # and not for its own.
        yield _match(state, place, distance)
        distance += abs(position - place)
    yield _end_run((negative_matches, ended, distance, run, taken))


def _match(state: _State, place: int, distance: int) -> _State:
    negative_matches, ended, _, run, taken = state
    breaks = run not in (_NO_RUN, place)
    return negative_matches - 1, ended + breaks, distance, place + 1, taken | 1 << place


def _end_run(state: _State) -> _State:
    negative_matches, ended, distance, run, taken = state
    return negative_matches, ended + (run != _NO_RUN), distance, _NO_RUN, taken
