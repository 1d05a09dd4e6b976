"""Confusions with their intervals, and how well boxes fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.contract import Region, Verdict

ENOUGH_OVERLAP = 0.7
"""Intersection over union from which a found box counts."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.

    Attributes:
        hits: of the cases.
        cases: all.
    """

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """In [0, 1]; 0 where there are no cases."""
        return self.hits / self.cases if self.cases else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Wilson's score interval (Wilson 1927), 95 % for the default ``z``; (0, 1) without cases."""
        if not self.cases:
            return 0.0, 1.0
        spread = z * z / self.cases
        middle = (self.value + spread / 2) / (1 + spread)
        half = z * math.sqrt(self.value * (1 - self.value) / self.cases + spread / self.cases / 4)
        half /= 1 + spread
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture and what the gate said.

    Attributes:
        kind: the truth.
        verdict: the gate's.
        source: the picture's maker.
    """

    kind: Verdict
    verdict: Verdict
    source: str


def photo_recall(judged: Iterable[Judged]) -> Share:
    """Photos that are taken for photos."""
    verdicts = [one.verdict for one in judged if one.kind is Verdict.PHOTO]
    return Share(verdicts.count(Verdict.PHOTO), len(verdicts))


def false_photos(judged: Iterable[Judged]) -> Share:
    """Pictures that are no photos and are described as if they were.

    A screen with photos on it that is taken for one photo counts too.
    """
    verdicts = [one.verdict for one in judged if one.kind is not Verdict.PHOTO]
    return Share(verdicts.count(Verdict.PHOTO), len(verdicts))


def right(judged: Iterable[Judged]) -> Share:
    """Pictures whose very kind was told."""
    cases = list(judged)
    return Share(sum(one.kind is one.verdict for one in cases), len(cases))


def confusion(judged: Iterable[Judged]) -> Counter[tuple[Verdict, Verdict]]:
    """(kind, verdict) -> pictures."""
    return Counter((one.kind, one.verdict) for one in judged)


def overlap(one: Region, other: Region) -> float:
    """Intersection over union."""
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    shared = max(0, height) * max(0, width)
    return shared / (one.area + other.area - shared)


@dataclass(frozen=True, slots=True)
class BoxCounts:
    """Boxes of one or more pictures.

    Attributes:
        found: that were found.
        true: that are there.
        found_hits: of those found, how many fit one that is there, each at most once.
        true_hits: of those there, how many were found.
    """

    found: int = 0
    true: int = 0
    found_hits: int = 0
    true_hits: int = 0

    def __add__(self, other: BoxCounts) -> BoxCounts:
        return BoxCounts(
            self.found + other.found,
            self.true + other.true,
            self.found_hits + other.found_hits,
            self.true_hits + other.true_hits,
        )

    @property
    def precision(self) -> Share:
        """Found ones that fit."""
        return Share(self.found_hits, self.found)

    @property
    def recall(self) -> Share:
        """True ones that were found."""
        return Share(self.true_hits, self.true)


def count_boxes(found: Sequence[Region], true: Sequence[Region], least: int, least_side: int) -> BoxCounts:
    """Pair boxes, best fit first.

    Args:
        found: by the finder.
        true: what is there.
        least: area in square pixels below which a true box need not be found; it is no fault if it is.
        least_side: shorter side in pixels, likewise.
    """
    pairs = sorted(
        ((overlap(one, other), i, j) for i, one in enumerate(found) for j, other in enumerate(true)),
        reverse=True,
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for fit, i, j in pairs:
        if fit >= ENOUGH_OVERLAP and i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    wanted = {
        j for j, box in enumerate(true) if box.area >= least and min(box.width, box.height) >= least_side
    }
    ignored = sum(j not in wanted for j in partner.values())
    hits = len(partner) - ignored
    return BoxCounts(len(found) - ignored, len(wanted), hits, hits)
