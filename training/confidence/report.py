"""The figures of docs/confidence.md, so that they are never copied by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.certainty import Certainty
from training.calibrate import expected_calibration_error
from training.confidence.evaluation import OthersSpoken, Spoken
from training.confidence.measures import (
    auroc,
    error_of_the_truth,
    interval,
    ratio,
    reliability,
    risk_coverage,
)
from training.data import DataError

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

_COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


def write_report(path: Path, figures: str) -> None:
    """Replace what stands between ``BEGIN`` and ``END`` in a Markdown file; the rest is written by people.

    Raises:
        DataError: no such file, or it lacks one of the two lines.
    """
    try:
        before, rest = path.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
    except (OSError, ValueError) as exc:
        raise DataError(f"{path} must be a text with the lines {BEGIN} and {END} ({exc}).") from exc
    path.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def photos(spoken: Spoken) -> str:
    """Calibration, order and tones on photos."""
    confidence, good = spoken.confidence, spoken.good
    chance, most = error_of_the_truth(confidence)
    rows = [
        ["photos described (refused by the gate)", f"{len(good)} ({spoken.refused})", ""],
        ["calibration error (ECE), 10 equally full bins", *_with_interval(_ece, confidence, good)],
        ["the same error if every confidence were exactly right", f"{chance:.3f}", f"95 % below {most:.3f}"],
        ["area under the ROC curve", *_with_interval(auroc, confidence, good)],
        ["CIDEr-D of all captions", *_with_interval(lambda q: float(np.mean(q)), spoken.quality)],
    ]
    return "\n\n".join(
        [
            _table(["on test photos", "value", "95 % interval"], rows),
            _tones(spoken),
            _reliability(spoken),
            _risk(spoken),
        ]
    )


def others(spoken: OthersSpoken) -> str:
    """What is said of pictures that are no photos."""
    passed = len(spoken.confidence)
    rows = [
        [
            _NAMES[tone],
            _share(spoken.tones.get(tone, 0), spoken.count),
            _share(spoken.ungated.get(tone, 0), spoken.count),
        ]
        for tone in Certainty
    ]
    rows.insert(0, ["refused by the gate", _share(spoken.refused, spoken.count), ""])
    mean = f"{np.mean(spoken.confidence):.3f}" if passed else "–"
    return "\n\n".join(
        [
            _table(
                [f"{spoken.count} made pictures that hold no photo", "through the gate", "without a gate"],
                rows,
            ),
            f"Mean confidence of the {passed} that passed the gate: {mean}.",
        ]
    )


def together(spoken: Spoken, rest: OthersSpoken) -> str:
    """Calibration on everything that is described, other pictures that pass the gate being bad captions."""
    confidence = [*spoken.confidence, *rest.confidence]
    good = [*spoken.good, *[False] * len(rest.confidence)]
    value, bounds = _with_interval(_ece, confidence, good)
    return f"ECE on these photos and those other pictures together: {value}, 95 % interval {bounds}."


def choices(methods: Mapping[str, tuple[float, float]], title: str) -> str:
    """Ways from a score to a probability, on validation photos."""
    rows = [[name, f"{loss:.4f}", f"{error:.3f}"] for name, (loss, error) in methods.items()]
    return _table([title, "mean log loss, nats", "ECE"], rows)


_NAMES = {
    Certainty.SURE: "said plainly",
    Certainty.FAIRLY_SURE: "“có lẽ”",
    Certainty.UNSURE: "“tôi không chắc, có thể là”",
    Certainty.UNRECOGNISED: "“tôi không nhận ra ảnh này”",
}


def _tones(spoken: Spoken) -> str:
    tones, scores, good = spoken.tones(), np.asarray(spoken.quality), np.asarray(spoken.good)
    starts = dict(
        zip(
            Certainty, (spoken.levels.sure, spoken.levels.fairly_sure, spoken.levels.unsure, 0.0), strict=True
        )
    )
    rows = []
    for tone in Certainty:
        chosen = np.array([one is tone for one in tones], float)
        if not chosen.any():
            rows.append([_NAMES[tone], f"{starts[tone]:.2f}", "0 %", "–", "–", "–"])
            continue
        low, high = interval(ratio, chosen.tolist(), spoken.quality)
        rows.append(
            [
                _NAMES[tone], f"{starts[tone]:.2f}", _share(int(chosen.sum()), len(tones)),
                f"{good[chosen > 0].mean():.2f}", f"{scores[chosen > 0].mean():.3f}",
                f"{ratio(chosen, scores):.2f} ({low:.2f} to {high:.2f})",
            ]
        )  # fmt: skip
    head = [
        "tone",
        "from",
        "photos",
        "better than the median",
        "CIDEr-D",
        "times the average (95 % interval)",
    ]
    return _table(head, rows)


def _reliability(spoken: Spoken) -> str:
    rows = [
        [str(number), str(found.captions), f"{found.confidence:.3f}", f"{found.good:.3f}"]
        for number, found in enumerate(reliability(spoken.confidence, spoken.good), 1)
    ]
    return _table(["bin", "photos", "mean confidence", "share better than the median"], rows)


def _risk(spoken: Spoken) -> str:
    kept = risk_coverage(spoken.confidence, spoken.quality, _COVERAGES)
    rows = [[f"{share:.0%}", f"{value:.2f}"] for share, value in zip(_COVERAGES, kept, strict=True)]
    return _table(["the surest", "CIDEr-D, times the average"], rows)


def _ece(confidence: Sequence[float], good: Sequence[bool]) -> float:
    return expected_calibration_error(confidence, good)


def _with_interval(statistic: object, *columns: Sequence[float]) -> list[str]:
    assert callable(statistic)
    low, high = interval(statistic, *columns)
    return [f"{statistic(*columns):.3f}", f"{low:.3f} to {high:.3f}"]


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.1%})" if total else "0"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
