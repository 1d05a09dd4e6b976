"""How many letters are read wrong: rendered Vietnamese of 12 to 24 px, light and dark, several fonts.

    QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.reading [--json FILE] [--report docs/reading.md]

Prints tables. A rate is the number of letters to add, remove or change (Levenshtein) over
the number of letters, white space counted once; in brackets the 95 % interval of 1000 bootstrap samples of
paragraphs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np

from assistant.reading.tesseract import Tesseract
from benchmarks.reading_pages import THEMES, Sample, samples

SIZES_PX = (12, 14, 18, 24)
RENDERERS = ("chromium", "qt")
TARGET = 0.03

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

Count = tuple[int, int]
"""Wrong letters, letters."""


def main() -> int:
    """Measure, print, and fail when the target is missed for a size or a theme."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--report", type=Path, help="put the tables between the marks of this Markdown file")
    options = parser.parse_args()
    found: list[tuple[Sample, Count]] = []
    for seed, (renderer, size, theme) in enumerate(product(RENDERERS, SIZES_PX, THEMES)):
        pages = samples(renderer, size, theme, seed)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            found += zip(pages, threads.map(count_errors, pages), strict=True)
        print(f"{renderer} {size} px {theme}: {_told([c for _, c in found[-len(pages) :]])}", file=sys.stderr)
    figures = {
        "size and theme": _table(found, lambda sample: f"{sample.size_px} px, {sample.theme}"),
        "renderer": _table(found, lambda sample: sample.renderer),
        "font": _table(found, lambda sample: sample.font),
        "style": _table(found, lambda sample: sample.style),
        "all": _table(found, lambda sample: "all"),
    }
    tables = "\n\n".join(_markdown(title, rows) for title, rows in figures.items())
    print(tables)
    if options.report:
        before, _, rest = options.report.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        options.report.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
    if options.json:
        rates = {title: {name: _rate(c) for name, c in rows.items()} for title, rows in figures.items()}
        options.json.write_text(json.dumps(rates, indent=2), encoding="utf-8")
    return int(any(_rate(counts) > TARGET for counts in figures["size and theme"].values()))


def count_errors(sample: Sample) -> Count:
    """Read a sample; how many of its letters came out wrong, and how many it has."""
    wanted = _normal(sample.text)
    return distance(wanted, _normal(Tesseract().read(sample.pixels).text)), len(wanted)


def distance(one: str, other: str) -> int:
    """Letters to add, remove or change to make one text the other."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row = row, [number]
        for place, its in enumerate(other):
            row.append(min(before[place + 1] + 1, row[-1] + 1, before[place] + (letter != its)))
    return row[-1]


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _table(
    found: Sequence[tuple[Sample, Count]], group: Callable[[Sample], str]
) -> Mapping[str, list[Count]]:
    rows: dict[str, list[Count]] = defaultdict(list)
    for sample, count in found:
        rows[group(sample)].append(count)
    return rows


def _markdown(title: str, rows: Mapping[str, list[Count]]) -> str:
    lines = [f"| {title} | paragraphs | letters | wrong |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {len(counts)} | {sum(n for _, n in counts)} | {_told(counts)} |"
        for name, counts in rows.items()
    ]
    return "\n".join(lines)


def _rate(counts: Sequence[Count]) -> float:
    return sum(wrong for wrong, _ in counts) / sum(letters for _, letters in counts)


def _told(counts: Sequence[Count]) -> str:
    table = np.array(counts, float)
    drawn = table[np.random.default_rng(0).integers(0, len(table), (1000, len(table)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], (2.5, 97.5))
    return f"{100 * _rate(counts):.2f} % ({100 * low:.2f} to {100 * high:.2f})"


if __name__ == "__main__":
    sys.exit(main())
