"""Words with their places -> blocks in the order in which a person reads them.

A screen is cut into bands of rows, a run of bands that leaves the same gap free into columns, and each column
again into bands. Columns of short texts that stand in rows are a table and are read by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from assistant.capture.desktop import Area, bounds
from assistant.reading.page import Word

_WORD_GAP = 0.75
"""Widest space inside a line, as a multiple of its height, as all that follow."""

_COLUMN_GAP = 0.8
_BAR_GAP = 1.2
"""Below a single row, such as a menu bar, this much space ends it."""

_CORE = 0.6
"""Share of a line's height that must not overlap with the next line: accents and tails may."""

_CELL_WORDS = 4
_IN_ROWS = 0.75
_OFF_ROW = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand side by side without a gap.

    Attributes:
        words: from left to right; at least one.
        area: around them.
        height: of its letters, in pixels.
    """

    words: tuple[Word, ...]
    area: Area
    height: float

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def middle(self) -> float:
        """Y of the middle, in pixels."""
        return self.area.top + self.area.height / 2


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together.

    Attributes:
        rows: from top to bottom, the runs of each from left to right.
        is_table: the runs of a row are its cells.
    """

    rows: tuple[tuple[Run, ...], ...]
    is_table: bool = False


_Gap: TypeAlias = tuple[int, int]
"""Left and right end of a free strip, in pixels."""


def blocks_of(runs: Sequence[Run]) -> list[Block]:
    """The blocks of a page in reading order.

    Args:
        runs: in any order.
    """
    return list(_blocks(runs))


def runs_of(words: Sequence[Word]) -> list[Run]:
    """Words put together where they stand side by side.

    Args:
        words: in any order.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.area.left):
        fitting = [row for row in rows if _goes_on(row[-1].area, word.area)]
        if fitting:
            max(fitting, key=lambda row: row[-1].area.right).append(word)
        else:
            rows.append([word])
    return [make_run(row) for row in rows]


def make_run(words: Sequence[Word]) -> Run:
    """Words of one row, from left to right, as a run."""
    areas = [word.area for word in words]
    return Run(tuple(words), bounds(areas), median(area.height for area in areas))


def _goes_on(before: Area, after: Area) -> bool:
    """Whether a word follows another in the same row."""
    tall, low = max(before.height, after.height), min(before.height, after.height)
    overlap = min(before.bottom, after.bottom) - max(before.top, after.top)
    return overlap >= 0.5 * low and -0.5 * tall <= after.left - before.right <= _WORD_GAP * tall


def _blocks(runs: Sequence[Run]) -> Iterator[Block]:
    for group in _groups(_bands(runs)):
        columns = _columns(group)
        if len(columns) == 1:
            yield Block(_rows(group))
            continue
        for table in _tables(columns):
            if len(table) > 1:
                yield Block(_rows([run for column in table for run in column]), is_table=True)
            else:
                yield from _blocks(table[0])


def _bands(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs whose heights overlap, directly or through others, from top to bottom."""
    bands: list[list[Run]] = []
    bottom = float("-inf")
    for run in sorted(runs, key=lambda run: run.middle):
        half = _CORE * run.height / 2
        if bands and run.middle - half < bottom:
            bands[-1].append(run)
        else:
            bands.append([run])
        bottom = max(bottom, run.middle + half)
    return bands


def _groups(bands: Sequence[list[Run]]) -> Iterator[list[Run]]:
    """Bands that leave a common gap free, or that all have none."""
    group: list[Run] = []
    is_bar = False
    for band in bands:
        if group and (_starts_anew(group, band) or (is_bar and _ends_bar(group, band))):
            yield group
            group = []
        is_bar = not group and len(band) > 1
        group = [*group, *band]
    if group:
        yield group


def _starts_anew(group: Sequence[Run], band: Sequence[Run]) -> bool:
    before, alone, joined = (len(_columns(runs)) > 1 for runs in (group, band, [*group, *band]))
    return not joined and (before or alone)


def _ends_bar(bar: Sequence[Run], band: Sequence[Run]) -> bool:
    """Whether what comes below a single row is apart from it and no further row of the same table."""
    above, below = bounds([run.area for run in bar]), bounds([run.area for run in band])
    is_apart = below.top - above.bottom > _BAR_GAP * median(run.height for run in bar)
    return is_apart and not _same_columns(_columns(bar), _columns(band))


def _same_columns(above: Sequence[Sequence[Run]], below: Sequence[Sequence[Run]]) -> bool:
    """Whether the columns of two rows stand below each other, one for one."""
    areas = [[bounds([run.area for run in column]) for column in columns] for columns in (above, below)]
    pairs = list(zip(*areas, strict=False))
    return len(above) == len(below) and all(
        one.left < other.right and other.left < one.right for one, other in pairs
    )


def _columns(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs on each side of the gaps that go through from top to bottom."""
    needed = _COLUMN_GAP * median(run.height for run in runs)
    columns: list[list[Run]] = []
    right = float("-inf")
    for run in sorted(runs, key=lambda run: run.area.left):
        if columns and run.area.left - right < needed:
            columns[-1].append(run)
        else:
            columns.append([run])
        right = max(right, run.area.right)
    return columns


def _tables(columns: Sequence[list[Run]]) -> list[list[list[Run]]]:
    """The columns, those of a table together."""
    tables = [[columns[0]]]
    for column in columns[1:]:
        if _in_rows(tables[-1][-1], column):
            tables[-1].append(column)
        else:
            tables.append([column])
    return tables


def _in_rows(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether two columns hold cells that stand side by side."""
    fewer, more = sorted((left, right), key=len)
    if len(fewer) < 2 or any(
        median(len(run.words) for run in column) > _CELL_WORDS for column in (left, right)
    ):
        return False
    beside = [any(abs(run.middle - other.middle) < _OFF_ROW * run.height for other in more) for run in fewer]
    return sum(beside) >= _IN_ROWS * len(beside)


def _rows(runs: Sequence[Run]) -> tuple[tuple[Run, ...], ...]:
    return tuple(tuple(sorted(band, key=lambda run: run.area.left)) for band in _bands(runs))
