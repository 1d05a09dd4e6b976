"""Figures of the gate's report, held against numbers worked out by hand."""

from __future__ import annotations

import pytest

from engine.contract import Region, Verdict
from training.gate.scoring import (
    BoxCounts,
    Judged,
    Share,
    confusion,
    count_boxes,
    false_photos,
    overlap,
    photo_recall,
    right,
)

JUDGED = [
    Judged(Verdict.PHOTO, Verdict.PHOTO, "photo"),
    Judged(Verdict.PHOTO, Verdict.MIXED, "photo"),
    Judged(Verdict.TEXT, Verdict.TEXT, "document"),
    Judged(Verdict.TEXT, Verdict.PHOTO, "document"),
    Judged(Verdict.MIXED, Verdict.MIXED, "viewer"),
]


def box(left: int, top: int, width: int, height: int) -> Region:
    return Region(left=left, top=top, width=width, height=height)


def test_wilson_interval() -> None:
    """The interval of 8 of 10 as in Brown, Cai and DasGupta's formula (2001), by hand."""
    low, high = Share(8, 10).interval()
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))
    assert Share(10, 10).interval()[1] == 1.0
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert Share(0, 0).value == 0.0


def test_rates() -> None:
    assert photo_recall(JUDGED) == Share(1, 2)
    assert false_photos(JUDGED) == Share(1, 3)
    assert right(JUDGED) == Share(3, 5)
    assert confusion(JUDGED)[Verdict.TEXT, Verdict.PHOTO] == 1


def test_overlap() -> None:
    assert overlap(box(0, 0, 10, 10), box(0, 0, 10, 10)) == 1.0
    assert overlap(box(0, 0, 10, 10), box(5, 0, 10, 10)) == pytest.approx(50 / 150)
    assert overlap(box(0, 0, 10, 10), box(10, 0, 10, 10)) == 0.0


def test_boxes_are_paired_once() -> None:
    true = [box(0, 0, 100, 100), box(200, 0, 100, 100)]
    found = [box(0, 0, 100, 100), box(0, 0, 100, 95), box(500, 0, 50, 50)]
    counts = count_boxes(found, true, 0, 0)
    assert counts == BoxCounts(found=3, true=2, found_hits=1, true_hits=1)
    assert counts.precision == Share(1, 3)
    assert (counts + counts).recall == Share(2, 4)


def test_small_photos_need_not_be_found() -> None:
    true = [box(0, 0, 100, 100), box(200, 0, 20, 20)]
    assert count_boxes(true, true, 1000, 10) == BoxCounts(1, 1, 1, 1)
    assert count_boxes(true[:1], true, 1000, 10) == BoxCounts(1, 1, 1, 1)
