"""The report on the gate as Markdown. What is between two marks is replaced; the rest is written by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.contract import Verdict
from training.gate.judging import LARGE_SHARE, LARGE_SIDE_PX, Outcome
from training.gate.making import Entry
from training.gate.scoring import (
    ENOUGH_OVERLAP,
    BoxCounts,
    Judged,
    Share,
    confusion,
    false_photos,
    photo_recall,
    right,
)

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

_ORDER = (
    Verdict.PHOTO, Verdict.MIXED, Verdict.TEXT, Verdict.INTERFACE, Verdict.DRAWING, Verdict.BLANK,
    Verdict.UNIFORM, Verdict.BLACK,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is reported.

    Attributes:
        entries: all pictures that were made.
        outcomes: of those for testing.
        left_out: pictures for fitting, judged by networks that never saw their makers.
        screenshots: the program's own windows, never fitted on.
        samples: the sample photos, never fitted on.
    """

    entries: Sequence[Entry]
    outcomes: Sequence[Outcome]
    left_out: Sequence[Judged]
    screenshots: Sequence[Judged]
    samples: Sequence[Judged]


def write(file: Path, results: Results) -> None:
    """Put the figures into a Markdown file, between its marks, or into a new one."""
    figures = f"{BEGIN}\n\n{_figures(results)}\n{END}"
    before, after = "", "\n"
    if file.is_file():
        text = file.read_text(encoding="utf-8")
        if BEGIN in text and END in text:
            before, after = text.split(BEGIN)[0], text.split(END)[1]
    file.write_text(before + figures + after, encoding="utf-8")


def _figures(results: Results) -> str:
    judged = [outcome.judged for outcome in results.outcomes]
    parts = [
        "### Pictures\n", _pictures(results.entries),
        "### Verdicts on pictures for testing\n", _rates(judged), _matrix(judged),
        "### Makers left out\n", _rates(results.left_out), _matrix(results.left_out),
        "### By maker\n", _by_source(judged, results.left_out),
        "### Pictures nobody made for this\n", _others(results),
        "### Photos on screens\n", _boxes(results.outcomes),
    ]  # fmt: skip
    return "\n".join(parts)


def _percent(share: Share) -> str:
    low, high = share.interval()
    return f"{share.value:.3f} [{low:.3f}, {high:.3f}] ({share.hits} of {share.cases})"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _pictures(entries: Sequence[Entry]) -> str:
    counts = Counter((entry.kind, entry.part) for entry in entries)
    makers = {kind: sorted({entry.source for entry in entries if entry.kind is kind}) for kind in _ORDER}
    rows = [(kind, ", ".join(makers[kind]), counts[kind, "fit"], counts[kind, "test"]) for kind in _ORDER]
    return _table(("kind", "makers", "for fitting", "for testing"), rows)


def _rates(judged: Sequence[Judged]) -> str:
    screens = [one for one in judged if one.kind is not Verdict.MIXED]
    rows = [
        ("photos taken for photos", _percent(photo_recall(judged))),
        ("others described as photos", _percent(false_photos(judged))),
        (
            "others described as photos, without screens that have photos on them",
            _percent(false_photos(screens)),
        ),
        ("the very kind told", _percent(right(judged))),
    ]
    return _table(("", "share, 95 % interval (Wilson)"), rows)


def _matrix(judged: Sequence[Judged]) -> str:
    counts = confusion(judged)
    kinds = [kind for kind in _ORDER if any(truth is kind for truth, _ in counts)]
    said = [kind for kind in _ORDER if any(verdict is kind for _, verdict in counts)]
    rows = [[f"**{kind}**", *(counts[kind, verdict] or "" for verdict in said)] for kind in kinds]
    return _table(["is \\ said", *said], rows)


def _by_source(judged: Sequence[Judged], left_out: Sequence[Judged]) -> str:
    groups: dict[str, tuple[list[Judged], list[Judged]]] = defaultdict(lambda: ([], []))
    for index, cases in enumerate((judged, left_out)):
        for one in cases:
            groups[one.source][index].append(one)
    rows = []
    for source, (tested, left) in groups.items():
        rows.append((source, tested[0].kind, *(_told(cases) for cases in (tested, left))))
    return _table(("maker", "kind", "testing: as photo, right kind", "left out: as photo, right kind"), rows)


def _told(cases: Sequence[Judged]) -> str:
    if not cases:
        return ""
    photos = Share(sum(one.verdict is Verdict.PHOTO for one in cases), len(cases))
    return f"{photos.value:.2f}, {right(cases).value:.2f}"


def _others(results: Results) -> str:
    rows = []
    for name, cases in (
        ("the program's own windows (docs/screenshots)", results.screenshots),
        ("the sample photos", results.samples),
    ):
        verdicts = Counter(one.verdict for one in cases)
        rows.append((name, ", ".join(f"{verdict}: {count}" for verdict, count in verdicts.most_common())))
    return _table(("pictures", "verdicts"), rows)


def _boxes(outcomes: Sequence[Outcome]) -> str:
    rows = []
    sources = dict.fromkeys(one.judged.source for one in outcomes if one.judged.kind is Verdict.MIXED)
    for source in sources:
        rows.append((source, *_fits([one for one in outcomes if one.judged.source == source])))
    mixed = [one for one in outcomes if one.judged.kind is Verdict.MIXED]
    screens = [one for one in outcomes if one.judged.kind in (Verdict.TEXT, Verdict.INTERFACE)]
    rows.append(("**all screens with photos**", *_fits(mixed)))
    found = sum(one.boxes.found for one in screens)
    note = (
        f"A box counts as found where intersection over union is at least {ENOUGH_OVERLAP}. Sensible size: "
        f"{LARGE_SIDE_PX} pixels on the shorter side and {LARGE_SHARE:.0%} of the picture.\n\n"
        f"On {len(screens)} screens and texts without photos {found} boxes were found.\n"
    )
    head = ("maker", "precision", "recall", "precision, sensible size", "recall, sensible size")
    return _table(head, rows) + "\n" + note


def _fits(outcomes: Sequence[Outcome]) -> list[str]:
    every = sum((one.boxes for one in outcomes), BoxCounts())
    large = sum((one.large for one in outcomes), BoxCounts())
    return [_percent(share) for share in (every.precision, every.recall, large.precision, large.recall)]
