"""CSV files as people and their programs write them -> rows of texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from training.data import DataError
from training.datasets.problems import Problems
from training.datasets.texts import read_text

_SEPARATORS = ",;\t"

_LARGEST_FIELD = 10_000_000


def read_rows(file: Path, problems: Problems) -> list[tuple[int, list[str]]]:
    """Number of the line on which it ends, and fields, of each row that is not empty.

    The separator is a comma, a semicolon or a tab, whichever the first line has most; Excel's ``sep=`` line
    is taken at its word.

    Raises:
        DataError: the file is absent, in an unknown encoding, or not CSV.
    """
    text = read_text(file, problems)
    first, _, rest = text.partition("\n")
    separator = max(_SEPARATORS, key=first.count)
    skipped = 0
    if first.lower().startswith("sep=") and len(first.strip("\r")) > len("sep="):
        separator, text, skipped = first[len("sep=")], rest, 1
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        return [(line + skipped, row) for line, row in _rows(text, separator)]
    except csv.Error as exc:
        raise DataError(f"{file} is not CSV: {exc}.") from exc


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        if any(field.strip() for field in row):
            yield reader.line_num, row
