"""Words -> what is read: junk left out, line breaks inside paragraphs undone, lists and tables kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.capture.desktop import bounds
from assistant.reading.layout import Block, Run, blocks_of, make_run, runs_of
from assistant.reading.page import Line, LineKind, Word

_SURE_WORD = 0.3
"""Words below are scratches and pieces of icons, unless they stand among others."""

_SURE_RUN, _SURE_SHORT_RUN = 0.5, 0.75
"""The same for words that stand together, and for those of one or two letters."""

_HEADING = 1.45
_SAME_SIZE = 1.6
_PITCH = 2.1
"""Distance of the lines of a paragraph, as a multiple of their height, as all that follow."""

_INDENT = 3.0
_SPACE = 0.3
_LONG_LINE = 8
"""Words; a line as long as this that ends at the edge is no item of a list."""

_BULLETS = frozenset("•◦▪■●○·*-–—+»›©®°¢")
_DOT = 0.62
"""Largest height of a bullet, which recognisers take for all sorts of letters."""


def lines_of(words: Sequence[Word]) -> tuple[Line, ...]:
    """The lines of a page in reading order.

    Args:
        words: in any order, junk among them.
    """
    runs = [run for run in map(_trimmed, runs_of(words)) if run and _is_text(run)]
    usual = median(run.height for run in runs for _ in run.words) if runs else 0.0
    return tuple(line for block in blocks_of(runs) for line in _lines(block, usual))


def _trimmed(run: Run) -> Run | None:
    """A run without the scratches at its ends; those inside are words that are hard to read."""
    sure = [place for place, word in enumerate(run.words) if word.confidence >= _SURE_WORD]
    return make_run(run.words[sure[0] : sure[-1] + 1]) if sure else None


def _is_text(run: Run) -> bool:
    """Whether words are more than what a recogniser sees in a photo or an icon."""
    letters = sum(letter.isalnum() for letter in run.text)
    confidence = sum(word.confidence * len(word.text) for word in run.words) / len(run.text.replace(" ", ""))
    return letters > 0 and confidence >= (_SURE_RUN if letters > 2 else _SURE_SHORT_RUN)


def _lines(block: Block, usual: float) -> Iterator[Line]:
    if block.is_table:
        for row in block.rows:
            yield _line(row, LineKind.ROW if len(row) > 1 else LineKind.ITEM, "; ")
        return
    part: list[_Begun] = []
    edge = max((run.area.right for row in block.rows for run in row), default=0)
    for row in block.rows:
        for begun in map(_begin, row):
            alone = len(row) == 1
            if not (alone and part and _goes_on(part[-1].run, begun, edge)):
                if part:
                    yield _joined(part, usual)
                part = []
            part.append(begun)
            if not alone:
                yield _joined(part, usual)
                part = []
    if part:
        yield _joined(part, usual)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run without its bullet.

    Attributes:
        run: the rest.
        is_item: there was a bullet.
    """

    run: Run
    is_item: bool


def _begin(run: Run) -> _Begun:
    first, *others = run.words
    if not others:
        return _Begun(run, is_item=False)
    is_dot = len(first.text) == 1 and max(first.area.width, first.area.height) < _DOT * run.height
    if is_dot or set(first.text) <= _BULLETS:
        return _Begun(make_run(others), is_item=True)
    is_number = first.text[:-1].isdecimal() and first.text[-1] in ".)"
    return _Begun(run, is_item=is_number)


def _goes_on(before: Run, begun: _Begun, edge: float) -> bool:
    """Whether a line is the next one of the same paragraph."""
    after = begun.run
    tall, low = max(before.height, after.height), min(before.height, after.height)
    if begun.is_item or tall > _SAME_SIZE * low or after.middle - before.middle > _PITCH * tall:
        return False
    if abs(after.area.left - before.area.left) > _INDENT * tall or not _is_full(before, after, edge):
        return False
    return after.text[0].islower() or len(before.words) >= _LONG_LINE


def _is_full(before: Run, after: Run, edge: float) -> bool:
    """Whether the next line's first word had no room any more."""
    return before.area.right + _SPACE * before.height + after.words[0].area.width > edge - before.height


def _joined(part: Sequence[_Begun], usual: float) -> Line:
    runs = [begun.run for begun in part]
    if part[0].is_item:
        return _line(runs, LineKind.ITEM)
    if median(run.height for run in runs) >= _HEADING * usual:
        return _line(runs, LineKind.HEADING)
    return _line(
        runs, LineKind.PARAGRAPH if len(runs) > 1 or len(runs[0].words) >= _LONG_LINE else LineKind.ITEM
    )


def _line(runs: Sequence[Run], kind: LineKind, between: str = " ") -> Line:
    return Line(between.join(run.text for run in runs), kind, bounds([run.area for run in runs]))
