"""Charts, drawn with matplotlib."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image

from engine.contract import Verdict
from training.gate.made import Made, Maker
from training.gate.stock import Stock

_SIZES_INCHES = ((6.4, 4.8), (8, 4.5), (10, 6), (5, 5), (12, 7))
_STYLES = ("default", "default", "ggplot", "dark_background", "bmh", "fivethirtyeight", "grayscale")


def chart(rng: random.Random, stock: Stock) -> Made:
    """Lines, bars, points, a pie, a histogram, an area or a heat map; one or several to a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    numbers = np.random.default_rng(rng.getrandbits(32))
    with plt.style.context(rng.choice(_STYLES)):
        panels = rng.choice((1, 1, 1, 2, 4))
        figure = plt.figure(figsize=rng.choice(_SIZES_INCHES), dpi=rng.choice((60, 80, 100, 150)))
        for number in range(panels):
            axes = figure.add_subplot(1 if panels < 4 else 2, min(panels, 2), number + 1)
            _draw(rng, numbers, axes)
            if rng.random() < 0.8:
                axes.set_title(" ".join(stock.words(rng, 4).replace("$", "").split()))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        plt.close(figure)
    return Made(Image.open(buffer).convert("RGB"), Verdict.DRAWING)


def _draw(rng: random.Random, numbers: np.random.Generator, axes: Any) -> None:
    count = rng.randint(4, 40)
    values = numbers.normal(0, 1, (rng.randint(1, 4), count)).cumsum(axis=1)
    kind = rng.randrange(7)
    if kind == 0:
        axes.plot(values.T)
        axes.grid(rng.random() < 0.5)
    elif kind == 1:
        axes.bar(np.arange(count), np.abs(values[0]))
    elif kind == 2:
        axes.scatter(*numbers.normal(0, 1, (2, count * 20)), s=rng.randint(3, 60), alpha=rng.uniform(0.3, 1))
    elif kind == 3:
        axes.pie(np.abs(values[0][:7]) + 0.1)
    elif kind == 4:
        axes.hist(numbers.normal(0, 1, 500), bins=count)
    elif kind == 5:
        axes.stackplot(np.arange(count), np.abs(values))
    else:
        axes.imshow(numbers.random((rng.randint(3, 12), rng.randint(3, 12))), cmap="viridis")


MAKERS: Mapping[str, Maker] = MappingProxyType({"chart": chart})
