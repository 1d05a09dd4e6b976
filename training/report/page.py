"""What the report says, and writing it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.images import read_image
from training.metrics.predictions import Prediction
from training.normalise import normalise
from training.report import words
from training.report.drawing import Drawer
from training.report.pictures import thumbnail
from training.report.plots import length_plot, score_plot

_CASES = 12
"""Best and worst captions that are shown, and captions in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an evaluation found.

    Attributes:
        title: what was evaluated.
        predictions: captions with references and, where they are known, photos.
        scores: recipe -> score -> (value, lower and upper end of its 95 % interval).
        per_picture: CIDEr-D of each prediction, in [0, 10].
        diversity: figures of ``training.metrics.diversity``.
    """

    title: str
    predictions: Sequence[Prediction]
    scores: Mapping[str, Mapping[str, tuple[float, float, float]]]
    per_picture: Sequence[float]
    diversity: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Case:
    prediction: Prediction
    score: float
    photo: str | None
    attention: str | None


def write_report(file: Path, result: Result, attention: Drawer | str) -> None:
    """Write the report as one HTML file.

    Args:
        file: to write; replaced if it is there.
        result: what to show.
        attention: draws the maps, or says in a sentence why there are none.

    Raises:
        ImageError: a photo cannot be read.
    """
    environment = Environment(
        loader=PackageLoader("training.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    lengths = [_syllables(item.scored.hypothesis) for item in result.predictions]
    reference_lengths = [_syllables(text) for item in result.predictions for text in item.scored.references]
    page = environment.get_template("report.html.j2").render(
        result=result,
        words=words,
        date=datetime.date.today().isoformat(),
        groups=_groups(result, attention),
        no_attention=attention if isinstance(attention, str) else "",
        length_plot=length_plot(lengths, reference_lengths),
        length_rows=[("mô hình", _quantiles(lengths)), ("người viết", _quantiles(reference_lengths))],
        score_plot=score_plot(result.per_picture),
        score_quantiles=_quantiles(result.per_picture),
    )
    file.write_text(page, encoding="utf-8")


def _groups(result: Result, attention: Drawer | str) -> list[tuple[str, list[_Case]]]:
    """Headings with cases: worst, best, and evenly spread between them."""
    order = np.argsort(result.per_picture, kind="stable")
    worst, rest = order[:_CASES], order[_CASES:]
    best, between = rest[len(rest) - _CASES :][::-1], rest[: max(0, len(rest) - _CASES)]
    spread = between[np.linspace(0, len(between) - 1, _CASES).astype(int)] if len(between) else between
    headings = ("Những câu kém nhất", "Những câu tốt nhất", "Những câu ở giữa")
    groups = zip(headings, (worst, best, np.unique(spread)), strict=True)
    return [(heading, _cases(result, chosen, attention)) for heading, chosen in groups if len(chosen)]


def _cases(result: Result, chosen: Iterable[int], attention: Drawer | str) -> list[_Case]:
    cases = []
    for number in chosen:
        prediction = result.predictions[number]
        photo = drawn = None
        if prediction.image is not None:
            pixels = read_image(prediction.image)
            photo = thumbnail(pixels)
            if not isinstance(attention, str):
                drawn = thumbnail(attention.draw([pixels])[0])
        cases.append(_Case(prediction, result.per_picture[number], photo, drawn))
    return cases


def _syllables(text: str) -> int:
    return len(normalise(text).split())


def _quantiles(values: Sequence[float]) -> list[float]:
    """Least, lower quarter, median, upper quarter, greatest, and the mean."""
    return [*np.percentile(values, (0, 25, 50, 75, 100)), float(np.mean(values))]
