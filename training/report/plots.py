"""Plots as SVG inside a page, each with a title for those who cannot see it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

_PART = re.compile(r"""(\bid="|href="#|url\(#)""")
"""Before the name of a part of a drawing, where it is given or referred to."""

_STYLE: Any = {
    "svg.fonttype": "none",  # letters stay text: small, searchable, in the reader's font
    "svg.hashsalt": "report",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def length_plot(lengths: Sequence[int], reference_lengths: Sequence[int]) -> Markup:
    """Histogram of syllables per sentence, of the model's and of people's sentences."""
    edges = [length - 0.5 for length in range(max(*lengths, *reference_lengths) + 2)]
    with rc_context(_STYLE):
        figure = Figure(figsize=(7, 3), layout="constrained")
        axes = figure.add_subplot()
        axes.hist(
            [lengths, reference_lengths], edges, density=True, label=["mô hình", "người viết"],
            color=["#0b5cad", "#d98200"],
        )  # fmt: skip
        axes.set(xlabel="số âm tiết", ylabel="tỉ lệ")
        axes.legend(frameon=False)
        return _svg(figure, "length-plot", "Độ dài câu của mô hình và của người viết, tính bằng âm tiết")


def score_plot(scores: Sequence[float]) -> Markup:
    """Histogram of CIDEr-D over pictures, in [0, 10]."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(7, 3), layout="constrained")
        axes = figure.add_subplot()
        axes.hist(scores, 40, color="#0b5cad")
        axes.set(xlabel="CIDEr-D của một ảnh", ylabel="số ảnh")
        return _svg(figure, "score-plot", "Phân bố điểm CIDEr-D theo ảnh")


def _svg(figure: Figure, name: str, title: str) -> Markup:
    with io.StringIO() as stream:
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        drawing = stream.getvalue()
    # Matplotlib numbers its parts anew in every drawing; on one page they must differ.
    drawing = _PART.sub(rf"\1{name}-", drawing[drawing.index("<svg") :])
    head, _, rest = drawing.replace("<svg", f'<svg role="img" aria-labelledby="{name}"', 1).partition(">")
    # Drawn here from numbers and fixed words: nothing in it comes from a file.
    return Markup(f'{head}>\n<title id="{name}">{title}</title>{rest}')
