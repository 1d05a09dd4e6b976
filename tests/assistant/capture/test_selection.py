"""A selection never leaves the picture and is never too small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.capture.selection import SMALLEST_PX, Selection

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("moved"), st.integers(-3000, 3000), st.integers(-3000, 3000)),
        st.tuples(st.just("resized"), st.integers(-3000, 3000), st.integers(-3000, 3000)),
        st.tuples(st.just("between"), *[st.integers(-100, 4000)] * 4),
        st.tuples(st.just("whole")),
    ),
    min_size=1,
)


@given(st.integers(1, 4000), st.integers(1, 3000), STEPS)
def test_always_inside_and_large_enough(wide: int, high: int, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    selection = Selection(wide, high)
    for name, *numbers in steps:
        selection = getattr(selection, name)(*numbers)
        assert 0 <= selection.left <= selection.left + selection.width <= wide
        assert 0 <= selection.top <= selection.top + selection.height <= high
        assert selection.width >= min(SMALLEST_PX, wide)
        assert selection.height >= min(SMALLEST_PX, high)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (("moved", 10, -5), (310, 195, 300, 200)),
        (("moved", 5000, 0), (700, 200, 300, 200)),
        (("resized", -10, 20), (300, 200, 290, 220)),
        (("resized", -5000, 0), (300, 200, SMALLEST_PX, 200)),
        (("between", 500, 400, 100, 300), (100, 300, 400, 100)),
    ],
)
def test_steps(step: tuple, expected: tuple[int, int, int, int]) -> None:  # type: ignore[type-arg]
    start = Selection(1000, 700, 300, 200, 300, 200)
    found = getattr(start, step[0])(*step[1:])
    assert (found.left, found.top, found.width, found.height) == expected
