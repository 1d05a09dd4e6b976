"""``curves.png``: loss and validation score of a run so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.logs import read_steps

CURVES_FILE = "curves.png"

_MOST_POINTS = 1000
"""Steps are averaged to no more points than a picture can show."""


def draw_curves(run: Path, history: Sequence[Mapping[str, Any]]) -> None:
    """Draw the loss of each step and the score of each epoch, over steps.

    Args:
        run: folder of the run, with ``steps.csv``.
        history: rows with ``stage``, ``epoch`` and ``score``.
    """
    # Not pyplot: it would look for a display and keep every figure.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = read_steps(run)
    figure = Figure(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.plot(*_thinned([row.loss for row in rows]), color="tab:blue")
    upper.set_ylabel("loss per token")
    ends = {(row.stage, row.epoch): step for step, row in enumerate(rows, 1)}
    scored = [(ends.get((row["stage"], row["epoch"])), row["score"]) for row in history]
    points = [(step, score) for step, score in scored if step and score]
    lower.plot([step for step, _ in points], [score for _, score in points], "o-", color="tab:orange")
    lower.set_ylabel("CIDEr-D of validation photos")
    lower.set_xlabel("steps")
    for axes in (upper, lower):
        axes.grid(alpha=0.3)
    partial = run / "curves.part"
    FigureCanvasAgg(figure).print_figure(partial, format="png", dpi=100)
    partial.replace(run / CURVES_FILE)


def _thinned(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Steps and values, neighbours averaged."""
    width = max(1, -(-len(values) // _MOST_POINTS))
    parts = [values[start : start + width] for start in range(0, len(values), width)]
    steps = [start * width + (len(part) + 1) / 2 for start, part in enumerate(parts)]
    return steps, [sum(part) / len(part) for part in parts]
