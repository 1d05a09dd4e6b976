"""Drawn pictures: diagrams, icons, QR-like codes, cartoons, patterns."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from engine.contract import Verdict
from training.gate.made import Made, Maker, screen_size, shade, theme, vivid
from training.gate.stock import Stock

_DARK_BEHIND = 0.75
"""How far towards black the far end of a shaded sky may go."""


def diagram(rng: random.Random, stock: Stock) -> Made:
    """Boxes with words, and lines between them."""
    width, height = screen_size(rng)
    colours = theme(rng)
    image = Image.new("RGB", (width, height), colours.page)
    draw = ImageDraw.Draw(image)
    size = max(9, height // rng.randint(24, 45))
    font = stock.font(rng, size)
    line = max(1, height // 300)
    centres: list[tuple[int, int]] = []
    for _ in range(rng.randint(3, 14)):
        x, y = rng.randint(0, width), rng.randint(0, height)
        if centres:
            draw.line((*rng.choice(centres), x, y), fill=colours.faint, width=line)
        centres.append((x, y))
    for x, y in centres:
        half_x, half_y = size * rng.randint(3, 7), size * rng.randint(1, 3)
        box = (x - half_x, y - half_y, x + half_x, y + half_y)
        fill = rng.choice((colours.panel, vivid(rng), colours.page))
        shape = rng.choice((draw.rectangle, draw.ellipse))
        shape(box, fill=fill, outline=colours.ink, width=line)
        ink = (255, 255, 255) if sum(fill) < 380 else (0, 0, 0)
        draw.text((x, y), stock.words(rng, rng.randint(1, 2)), fill=ink, font=font, anchor="mm")
    return Made(image, Verdict.DRAWING)


def icon(rng: random.Random, stock: Stock) -> Made:
    """A few large simple shapes, flat or shaded, smooth at the edges."""
    side = rng.choice((48, 64, 96, 128, 192, 256, 512, 1024))
    image = Image.new("RGB", (side * 2, side * 2), rng.choice(((255, 255, 255), (0, 0, 0), vivid(rng))))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 6)):
        x, y = (rng.randint(0, side * 2) for _ in range(2))
        reach = rng.randint(side // 4, side)
        box = (x - reach, y - reach, x + reach, y + reach)
        shape = rng.randrange(4)
        if shape == 0:
            draw.ellipse(box, fill=vivid(rng))
        elif shape == 1:
            draw.rounded_rectangle(box, reach // 3, fill=vivid(rng))
        elif shape == 2:
            draw.regular_polygon((x, y, reach), rng.randint(3, 8), rng.randrange(90), fill=vivid(rng))
        else:
            draw.arc(box, rng.randrange(360), rng.randrange(360), fill=vivid(rng), width=max(2, side // 10))
    if rng.random() < 0.4:
        letter, font = stock.words(rng, 1)[:2].upper(), stock.font(rng, side)
        draw.text((side, side), letter, fill=vivid(rng), font=font, anchor="mm")
    image = image.resize((side, side), Image.Resampling.LANCZOS)
    return Made(_shaded(rng, image) if rng.random() < 0.3 else image, Verdict.DRAWING)


def _shaded(rng: random.Random, image: Image.Image) -> Image.Image:
    """Light from one side, as on glossy icons."""
    ramp = np.linspace(1.0, rng.uniform(0.5, 0.9), image.height)[:, None, None]
    return Image.fromarray((np.asarray(image) * ramp).astype(np.uint8))


def code(rng: random.Random, stock: Stock) -> Made:
    """Squares like those of a QR code, or bars; not readable, but of the same look."""
    bits = np.random.default_rng(rng.getrandbits(32))
    modules = rng.choice((21, 25, 29, 33, 41, 57))
    cells = bits.integers(0, 2, (modules, modules))
    if rng.random() < 0.2:
        cells = np.repeat(bits.integers(0, 2, (1, modules * 2)), modules, axis=0)
    else:
        for row, column in ((0, 0), (0, modules - 7), (modules - 7, 0)):
            cells[row : row + 7, column : column + 7] = 1
            cells[row + 1 : row + 6, column + 1 : column + 6] = 0
            cells[row + 2 : row + 5, column + 2 : column + 5] = 1
    pixel = rng.randint(2, 16)
    dark, light = rng.choice((((0,) * 3, (255,) * 3), (shade(rng, 0, 90, 40), shade(rng, 220, 255))))
    square = np.where(cells[..., None] == 1, np.array(dark), np.array(light)).astype(np.uint8)
    drawn = Image.fromarray(square.repeat(pixel, 0).repeat(pixel, 1))
    margin = rng.randint(1, 4) * pixel
    wide = drawn.width + 2 * margin, drawn.height + 2 * margin
    page = screen_size(rng) if rng.random() < 0.4 else wide
    page = max(page[0], wide[0]), max(page[1], wide[1])
    image = Image.new("RGB", page, light)
    image.paste(drawn, ((page[0] - drawn.width) // 2, (page[1] - drawn.height) // 2))
    if page[1] - drawn.height > 120 and rng.random() < 0.6:
        font = stock.font(rng, 20)
        place = (page[0] // 2, (page[1] + drawn.height) // 2 + 30)
        ImageDraw.Draw(image).text(place, stock.words(rng, 5), fill=dark, font=font, anchor="mm")
    return Made(image, Verdict.DRAWING)


def cartoon(rng: random.Random, stock: Stock) -> Made:
    """A scene of hills, a sun, trees and heads with outlines; flat or softly shaded colours."""
    width, height = screen_size(rng)
    image = Image.new("RGB", (width, height), vivid(rng))
    if rng.random() < 0.5:
        top, bottom = np.array(vivid(rng)), np.array(vivid(rng)) * _DARK_BEHIND
        ramp = np.linspace(0, 1, height)[:, None, None]
        sky = np.broadcast_to(top * (1 - ramp) + bottom * ramp, (height, width, 3))
        image = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    line = rng.choice((0, 0, max(1, height // 200), max(2, height // 100)))
    for level in sorted(rng.uniform(0.4, 1.0) for _ in range(rng.randint(1, 5))):
        _hill(rng, draw, level * height, line)
    for _ in range(rng.randint(3, 25)):
        x, y = rng.randrange(width), rng.randrange(height)
        reach = max(3, int(height * rng.uniform(0.01, 0.16)))
        box = (x - reach, y - reach, x + int(reach * rng.uniform(0.4, 1.4)), y + reach)
        shape = rng.choice((draw.ellipse, draw.ellipse, draw.rectangle))
        shape(box, fill=vivid(rng), outline=(0, 0, 0) if line else None, width=line)
    if rng.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2.0)))
    return Made(image, Verdict.DRAWING)


def _hill(rng: random.Random, draw: ImageDraw.ImageDraw, level: float, line: int) -> None:
    width, height = draw.im.size
    phase, waves, swing = rng.uniform(0, 6), rng.uniform(0.5, 4), rng.uniform(0.01, 0.12) * height
    edge = [(x, level + swing * np.sin(phase + waves * x / width * 6)) for x in range(0, width + 8, 8)]
    draw.polygon([(0, height), *edge, (width, height)], fill=vivid(rng))
    if line:
        draw.line(edge, fill=(0, 0, 0), width=line)


def pattern(rng: random.Random, stock: Stock) -> Made:
    """Tiles, stripes, dots, a map of coloured patches, a heat map."""
    width, height = screen_size(rng)
    numbers = np.random.default_rng(rng.getrandbits(32))
    what = rng.randrange(3)
    pitch = rng.randint(6, max(8, min(width, height) // 4))
    rows, columns = -(-height // pitch), -(-width // pitch)
    if what == 0:
        palette = np.array([vivid(rng) for _ in range(rng.randint(2, 6))])
        tiles = palette[numbers.integers(0, len(palette), (rows, columns))]
    elif what == 1:
        palette = np.array([vivid(rng), vivid(rng)])
        grid = np.add.outer(np.arange(rows), np.arange(columns) * rng.choice((0, 1, 1)))
        tiles = palette[grid % 2]
    else:
        heat = numbers.random((rows, columns, 1))
        tiles = np.array(vivid(rng)) * heat + np.array(vivid(rng)) * (1 - heat)
    full = tiles.astype(np.uint8).repeat(pitch, 0).repeat(pitch, 1)[:height, :width]
    return Made(Image.fromarray(np.ascontiguousarray(full)), Verdict.DRAWING)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {"diagram": diagram, "icon": icon, "qr-code": code, "cartoon": cartoon, "pattern": pattern}
)
