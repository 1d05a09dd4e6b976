"""Screens with photos on them whose places are known: pasted into drawn windows, pages, galleries."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from PIL import Image, ImageDraw

from engine.contract import Region, Verdict
from training.gate.made import Made, Maker, screen_size, theme
from training.gate.photos import photo_of
from training.gate.sheets import write_column
from training.gate.stock import Stock
from training.gate.windows import Toolkit

Box = tuple[int, int, int, int]


def _paste(rng: random.Random, stock: Stock, image: Image.Image, box: Box, *, rounded: int = 0) -> Region:
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    mask = Image.new("L", size, 0 if rounded else 255)
    if rounded:
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), rounded, fill=255)
    image.paste(photo_of(rng, stock, size), (left, top), mask)
    return Region(left=left, top=top, width=size[0], height=size[1])


def _fitted(rng: random.Random, box: Box) -> Box:
    """The largest box of a photo's aspect ratio in the middle of another."""
    left, top, right, bottom = box
    aspect = rng.choice((4 / 3, 3 / 2, 16 / 9, 1.0, 3 / 4, 2 / 3))
    width = min(right - left, int((bottom - top) * aspect))
    height = min(bottom - top, int(width / aspect))
    x, y = (left + right - width) // 2, (top + bottom - height) // 2
    return x, y, x + width, y + height


def viewer(rng: random.Random, stock: Stock) -> Made:
    """A photo in the window of an image viewer, bars around it."""
    width, height = screen_size(rng)
    image = Image.new("RGB", (width, height))
    unit = rng.randint(9, max(11, min(24, height // 28)))
    kit = Toolkit(rng, stock, image, unit)
    kit.draw.rectangle((0, 0, width, height), fill=rng.choice((kit.theme.page, kit.theme.panel, (0, 0, 0))))
    top = unit * rng.randint(2, 6)
    kit.bar((0, 0, width, top))
    bottom = height - unit * rng.choice((0, 2, 3))
    kit.bar((0, bottom, width, height))
    left = int(width * rng.choice((0, 0, 0.2)))
    if left:
        kit.listing((0, top, left, bottom))
    pad = rng.choice((2, unit, 3 * unit))
    inside = _fitted(rng, (left + pad, top + pad, width - pad, bottom - pad))
    return Made(image, Verdict.MIXED, (_paste(rng, stock, image, inside),))


def gallery(rng: random.Random, stock: Stock) -> Made:
    """Photos in a grid, the gaps small or large, perhaps with names below them."""
    width, height = screen_size(rng)
    image = Image.new("RGB", (width, height))
    unit = rng.randint(9, max(11, min(22, height // 30)))
    kit = Toolkit(rng, stock, image, unit)
    kit.draw.rectangle((0, 0, width, height), fill=kit.theme.page)
    top = unit * rng.randint(2, 8)
    kit.bar((0, 0, width, min(top, 3 * unit)))
    columns = rng.randint(2, 5)
    gap = rng.choice((4, 8, unit, 2 * unit))
    name = rng.choice((0, 0, 2 * unit))
    cell = (width - gap * (columns + 1)) // columns
    tall = int(cell * rng.choice((1.0, 0.75, 0.66, 1.3)))
    rounded = rng.choice((0, 0, unit))
    photos = []
    for y in range(top + gap, height - tall - name, tall + gap + name):
        for column in range(columns):
            x = gap + column * (cell + gap)
            if rng.random() < 0.1:
                continue
            photos.append(_paste(rng, stock, image, (x, y, x + cell, y + tall), rounded=rounded))
            if name:
                kit.label(x, y + tall + unit // 3, cell)
    if not photos:
        return viewer(rng, stock)
    return Made(image, Verdict.MIXED, tuple(photos))


def report(rng: random.Random, stock: Stock) -> Made:
    """Running text with one to three photos in it."""
    width, height = screen_size(rng)
    colours = theme(rng)
    image = Image.new("RGB", (width, height), colours.page)
    draw = ImageDraw.Draw(image)
    size = rng.randint(9, max(12, min(24, height // 26)))
    font = stock.font(rng, size)
    left = int(width * rng.uniform(0.03, 0.2))
    right = width - left
    top = size
    photos: list[Region] = []
    for _ in range(rng.randint(1, 3)):
        words = stock.words(rng, rng.randint(10, 80))
        top = write_column(draw, (left, top, right, height), words, font, colours.ink) + size
        wide = int((right - left) * rng.uniform(0.35, 1.0))
        tall = int(wide * rng.uniform(0.5, 0.8))
        if top + tall > height - size:
            break
        start = rng.choice((left, (left + right - wide) // 2, right - wide))
        photos.append(_paste(rng, stock, image, (start, top, start + wide, top + tall)))
        beside = (start + wide + size, top, right, top + tall)
        if beside[2] - beside[0] > 12 * size:
            write_column(draw, beside, stock.words(rng, 60), font, colours.ink)
        top += tall + size
    write_column(draw, (left, top, right, height), stock.words(rng, 120), font, colours.ink)
    return Made(image, Verdict.MIXED, tuple(photos)) if photos else viewer(rng, stock)


def wallpaper(rng: random.Random, stock: Stock) -> Made:
    """A desktop with a photo behind icons, a window and a bar; the photo counts where most of it is seen."""
    width, height = rng.choice(((1920, 1080), (1366, 768), (1280, 720), (2560, 1440)))
    image = Image.new("RGB", (width, height))
    whole = _paste(rng, stock, image, (0, 0, width, height))
    unit = rng.randint(10, 20)
    kit = Toolkit(rng, stock, image, unit)
    kit.icons((0, 0, int(width * rng.uniform(0.08, 0.2)), height))
    if rng.random() < 0.4:
        left, top = int(width * rng.uniform(0.2, 0.5)), int(height * rng.uniform(0.1, 0.4))
        window = (left, top, left + int(width * 0.4), top + int(height * 0.4))
        Toolkit(rng, stock, image, unit).window(window)
    bar = 3 * unit
    kit.bar((0, height - bar, width, height))
    seen = Region(left=0, top=0, width=whole.width, height=height - bar)
    return Made(image, Verdict.MIXED, (seen,))


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {"viewer": viewer, "gallery": gallery, "report": report, "wallpaper": wallpaper}
)
