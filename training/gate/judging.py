"""What the shipped gate says of pictures: the same functions the program calls."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.contract import Verdict
from engine.gate import look
from engine.images import read_image
from engine.regions import MIN_SHARE, MIN_SIDE_PX, regions_of
from training.gate.fitting import KINDS, fit_cells, fit_pictures, picture_rows
from training.gate.making import Entry, read_picture
from training.gate.measuring import Measured
from training.gate.scoring import BoxCounts, Judged, count_boxes
from training.progress import Progress

LARGE_SIDE_PX, LARGE_SHARE = 96, 0.02
"""From this size on a photo on a screen is more than a face beside a message; both limits hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one picture.

    Attributes:
        judged: its kind and the verdict.
        boxes: of photos on a screen, those of the finder's own smallest size.
        large: those of a sensible size.
    """

    judged: Judged
    boxes: BoxCounts
    large: BoxCounts


def judge_all(folder: Path, entries: Sequence[Entry]) -> list[Outcome]:
    """Look at pictures of a folder, in order."""
    with Progress("judging", total=len(entries)) as progress, ProcessPoolExecutor(2) as pool:
        outcomes = []
        for one in pool.map(_judge, [folder] * len(entries), entries, chunksize=8):
            outcomes.append(one)
            progress.advance(1)
        return outcomes


def _judge(folder: Path, entry: Entry) -> Outcome:
    image = np.array(read_picture(folder, entry))
    seen = look(image)
    judged = Judged(entry.kind, seen.verdict, entry.source)
    if entry.kind is Verdict.PHOTO:
        return Outcome(judged, BoxCounts(), BoxCounts())
    found = regions_of(image, seen)
    pixels = image.shape[0] * image.shape[1]
    counts = [
        count_boxes(
            [box for box in found if box.area >= share * pixels and min(box.width, box.height) >= side],
            entry.photos,
            round(share * pixels),
            side,
        )
        for side, share in ((MIN_SIDE_PX, MIN_SHARE), (LARGE_SIDE_PX, LARGE_SHARE))
    ]
    return Outcome(judged, *counts)


def judge_files(files: Sequence[Path], kind: Verdict) -> list[Judged]:
    """Look at picture files of which one kind is expected; their folder's name is their source."""
    return [Judged(kind, look(read_image(file)).verdict, file.parent.name) for file in files]


def judge_left_out(measured: Sequence[Measured], folds: int, seed: int) -> list[Judged]:
    """Fit without some makers and judge their pictures, until each maker was left out once.

    What a network says of pictures of makers it never saw is the best guess of what it will say of the
    pictures of others.

    Args:
        measured: those the networks do not tell apart are left out.
        folds: groups of makers.
        seed: decides the fits.
    """
    measured = [one for one in measured if one.entry.kind in KINDS]
    sources = list(dict.fromkeys(one.entry.source for one in measured))
    judged: list[Judged] = []
    with Progress("leaving out", total=folds) as progress:
        for fold in range(folds):
            away = set(sources[fold::folds])
            kept = [one for one in measured if one.entry.source not in away]
            others = [one for one in measured if one.entry.source in away]
            cells = fit_cells(kept, seed)
            pictures = fit_pictures(cells, kept, seed)
            chances = pictures.probabilities(picture_rows(cells, others)[1])
            verdicts = [Verdict(pictures.outputs[best]) for best in chances.argmax(axis=1)]
            judged += [
                Judged(one.entry.kind, verdict, one.entry.source)
                for one, verdict in zip(others, verdicts, strict=True)
            ]
            progress.advance(1)
    return judged
