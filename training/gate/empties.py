"""Pictures with nothing to describe: black, one colour, an empty page, a gradient."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from engine.contract import Verdict
from training.gate.made import Made, Maker, Rgb, screen_size, shade, theme, vivid
from training.gate.stock import Stock


def _noisy(rng: random.Random, colour: Rgb, spread: int) -> Image.Image:
    width, height = screen_size(rng)
    noise = np.random.default_rng(rng.getrandbits(32)).integers(-spread, spread + 1, (height, width, 3))
    return Image.fromarray((noise + np.array(colour)).clip(0, 255).astype(np.uint8))


def curtain(rng: random.Random, stock: Stock) -> Made:
    """A screen curtain, a covered lens, a black screen with a cursor."""
    image = _noisy(rng, shade(rng, 0, 8, 3), rng.choice((0, 0, 1, 4)))
    if rng.random() < 0.3:
        x, y = rng.randrange(image.width), rng.randrange(image.height)
        ImageDraw.Draw(image).rectangle((x, y, x + 2, y + 12), fill=(255, 255, 255))
    return Made(image, Verdict.BLACK)


def flat(rng: random.Random, stock: Stock) -> Made:
    """One colour, brighter than black."""
    colour = rng.choice((shade(rng, 60, 255), vivid(rng)))
    bright = max(colour) < 50
    return Made(_noisy(rng, (255, 255, 255) if bright else colour, rng.choice((0, 0, 1, 3))), Verdict.UNIFORM)


def empty_page(rng: random.Random, stock: Stock) -> Made:
    """A page, a slide or a desktop with one small thing on it."""
    width, height = screen_size(rng)
    colours = theme(rng)
    image = Image.new("RGB", (width, height), rng.choice((colours.page, colours.page, vivid(rng))))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 2)):
        size = max(8, int(height * rng.uniform(0.012, 0.026)))
        place = (
            rng.choice((0.02, 0.45, 0.9)) * width,
            rng.choice((0.03, 0.48, 0.95)) * height,
        )
        what = rng.randrange(3)
        if what == 0:
            draw.text(place, stock.words(rng, 1), fill=colours.ink, font=stock.font(rng, size))
        elif what == 1:
            draw.line((*place, place[0], place[1] + size), fill=colours.ink, width=max(1, size // 10))
        else:
            bar = max(3, height // 40)
            draw.rectangle((0, height - bar, width, height), fill=colours.panel)
    return Made(image, Verdict.BLANK)


def gradient(rng: random.Random, stock: Stock) -> Made:
    """Colours that run into each other, straight or round, as on desktops and slides."""
    width, height = screen_size(rng)
    across = np.linspace(0, 1, width)[None, :]
    down = np.linspace(0, 1, height)[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * (across - 0.5) + np.sin(angle) * (down - 0.5) + 0.5
    if rng.random() < 0.4:
        ramp = np.hypot(across - rng.random(), down - rng.random())
    ramp = ramp.clip(0, 1)
    colours = [np.array(vivid(rng)) for _ in range(rng.choice((2, 2, 3)))]
    stops = np.linspace(0, 1, len(colours))
    channels = [np.interp(ramp, stops, [colour[channel] for colour in colours]) for channel in range(3)]
    return Made(Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8)), Verdict.BLANK)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {"curtain": curtain, "flat": flat, "empty-page": empty_page, "gradient": gradient}
)
