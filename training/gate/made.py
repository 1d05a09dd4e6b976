"""What a maker of pictures gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image

from engine.contract import Region, Verdict

if TYPE_CHECKING:
    from training.gate.stock import Stock

Rgb: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Made:
    """One picture whose kind is known because it was made.

    Attributes:
        image: RGB.
        kind: what the gate ought to say.
        photos: where its photos are; empty for kinds without, and for a photo without a border.
    """

    image: Image.Image
    kind: Verdict
    photos: tuple[Region, ...] = ()


Maker: TypeAlias = "Callable[[random.Random, Stock], Made]"
"""Makes one picture; the same random state gives the same picture."""

SCREENS_PX = (
    (1920, 1080), (1920, 1080), (1366, 768), (1536, 864), (1280, 720), (1440, 900), (2560, 1440),
    (1024, 768), (800, 600), (640, 480), (390, 844), (820, 1180), (520, 380), (320, 240),
)  # fmt: skip
"""Screens and windows, wide and high; common ones more than once."""


def screen_size(rng: random.Random) -> tuple[int, int]:
    """Width and height of a screen or a window."""
    return rng.choice(SCREENS_PX)


def shade(rng: random.Random, low: int, high: int, tint: int = 12) -> Rgb:
    """A grey between two levels, with a tint of a colour."""
    base = rng.randint(low, high)
    red, green, blue = (min(255, max(0, base + rng.randint(-tint, tint))) for _ in range(3))
    return red, green, blue


def vivid(rng: random.Random) -> Rgb:
    """Any colour."""
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours that are read on each other.

    Attributes:
        page: the ground.
        panel: bars and side columns.
        ink: text.
        faint: secondary text, lines.
        accent: links, chosen rows, buttons.
    """

    page: Rgb
    panel: Rgb
    ink: Rgb
    faint: Rgb
    accent: Rgb


def theme(rng: random.Random) -> Theme:
    """Light, dark, sepia or of high contrast."""
    accent = rng.choice(((26, 115, 232), (0, 120, 215), (52, 168, 83), (217, 48, 37), vivid(rng), vivid(rng)))
    draw = rng.random()
    if draw < 0.5:
        white = (255, 255, 255)
        page = rng.choice((white, white, shade(rng, 236, 255, 4)))
        return Theme(page, shade(rng, 215, 250, 6), shade(rng, 0, 70), shade(rng, 110, 190), accent)
    if draw < 0.88:
        page = shade(rng, 0, 52, 8)
        return Theme(page, shade(rng, 20, 70, 8), shade(rng, 190, 255), shade(rng, 90, 150), accent)
    if draw < 0.95:
        return Theme((244, 236, 216), (234, 224, 200), (70, 50, 30), (150, 130, 100), accent)
    return Theme((0, 0, 0), (0, 0, 0), (255, 255, 255), (255, 255, 0), (0, 255, 255))
