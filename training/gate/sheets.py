"""Pictures of text, drawn with Pillow: documents, slides, terminals, editors."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from types import MappingProxyType

from PIL import Image, ImageDraw

from engine.contract import Verdict
from training.gate.made import Made, Maker, Rgb, Theme, screen_size, shade, theme, vivid
from training.gate.stock import Font, Stock

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def write_column(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], text: str, font: Font, ink: Rgb
) -> int:
    """Set text in lines that fit.

    Args:
        draw: where.
        box: left, top, right, bottom, in pixels.
        text: words.
        font: of the words.
        ink: colour of the words.

    Returns:
        The row below the last line.
    """
    left, top, right, bottom = box
    step = max(6, int(_line_height(font) * 1.35))
    line: list[str] = []
    for word in text.split():
        if line and font.getlength(" ".join([*line, word])) > right - left:
            if top + step > bottom:
                return top
            draw.text((left, top), " ".join(line), fill=ink, font=font)
            top, line = top + step, []
        line.append(word)
    if line and top + step <= bottom:
        draw.text((left, top), " ".join(line), fill=ink, font=font)
        top += step
    return top


def _line_height(font: Font) -> float:
    box = font.getbbox("Ẵg")
    return float(box[3] - box[1])


def document(rng: random.Random, stock: Stock) -> Made:
    """A page of a book, a letter, an article: one to three columns, headings, paragraphs."""
    width, height = screen_size(rng)
    colours = theme(rng)
    image = Image.new("RGB", (width, height), colours.page)
    draw = ImageDraw.Draw(image)
    size = rng.randint(9, max(12, min(34, height // 22)))
    body, heading = stock.font(rng, size), stock.font(rng, int(size * rng.uniform(1.3, 2.2)))
    margin = int(width * rng.uniform(0.02, 0.16))
    columns = rng.choice((1, 1, 1, 2, 3)) if width > 40 * size else 1
    gap = size * 2
    column = (width - 2 * margin - gap * (columns - 1)) // columns
    for number in range(columns):
        left, top = margin + number * (column + gap), int(height * rng.uniform(0.01, 0.1))
        end = int(height * rng.uniform(0.7, 0.99))
        while top < end - 2 * size:
            before = top
            if rng.random() < 0.3:
                title = stock.words(rng, rng.randint(2, 8))
                top = write_column(draw, (left, top, left + column, end), title, heading, colours.ink) + size
            words = stock.words(rng, rng.randint(15, 120))
            top = write_column(draw, (left, top, left + column, end), words, body, colours.ink)
            top += int(size * rng.uniform(0.3, 1.8))
            if top <= before + int(size * 1.8):
                break
    return Made(image, Verdict.TEXT)


def slide(rng: random.Random, stock: Stock) -> Made:
    """Large words on a coloured ground: a title and a few points."""
    width, height = screen_size(rng)
    colours = theme(rng)
    ground, ink = (colours.page, colours.ink) if rng.random() < 0.6 else (shade(rng, 20, 110, 60), (255,) * 3)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    left, right = int(width * 0.08), int(width * 0.92)
    title = stock.font(rng, max(14, height // rng.randint(9, 14)))
    top = write_column(
        draw, (left, int(height * 0.08), right, height), stock.words(rng, rng.randint(2, 6)), title, ink
    )
    font = stock.font(rng, max(10, height // rng.randint(14, 24)))
    for _ in range(rng.randint(2, 6)):
        top += height // 30
        point = "• " + stock.words(rng, rng.randint(4, 16))
        top = write_column(draw, (left, top, right, int(height * 0.95)), point, font, ink)
    return Made(image, Verdict.TEXT)


def _coloured_lines(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], lines: list[str], font: Font, inks: list[Rgb]
) -> None:
    """Lines of code; the colour of a word depends on the word."""
    left, top = place
    advance = font.getlength("m")
    step = int(_line_height(font) * 1.4)
    for number, line in enumerate(lines):
        x = float(left)
        for word in _WORD.findall(line):
            ink = inks[sum(map(ord, word)) % len(inks)]
            if not word.isspace():
                draw.text((x, top + number * step), word, fill=ink, font=font)
            x += advance * len(word)


def _inks(rng: random.Random, colours: Theme, most: int) -> list[Rgb]:
    """The ink, and colours as readable on the page as it."""
    bright = sum(colours.page) < 380
    low, high = (120, 255) if bright else (0, 140)
    extra = [
        (rng.randint(low, high), rng.randint(low, high), rng.randint(low, high))
        for _ in range(rng.randint(1, most))
    ]
    return [colours.ink, colours.ink, *extra]


def editor(rng: random.Random, stock: Stock) -> Made:
    """A program in an editor: numbered lines in colours, perhaps a tree of files, tabs, a status bar."""
    width, height = screen_size(rng)
    colours = theme(rng)
    image = Image.new("RGB", (width, height), colours.page)
    draw = ImageDraw.Draw(image)
    size = rng.randint(10, max(12, min(26, height // 28)))
    font = stock.font(rng, size, mono=True)
    top, left, bottom = 0, size, height
    if rng.random() < 0.7:
        top = size * rng.randint(2, 5)
        draw.rectangle((0, 0, width, top), fill=colours.panel)
        draw.text((size, size // 2), stock.words(rng, 4), fill=colours.ink, font=stock.font(rng, size))
    if rng.random() < 0.5 and width > 600:
        left = int(width * rng.uniform(0.12, 0.25))
        draw.rectangle((0, top, left, height), fill=colours.panel)
        for row in range(top + size, height - size, int(size * 1.8)):
            if rng.random() < 0.8:
                draw.text((size, row), stock.words(rng, 1)[:18], fill=colours.faint, font=font)
        left += size
    if rng.random() < 0.6:
        bottom = height - int(size * 1.6)
        draw.rectangle((0, bottom, width, height), fill=rng.choice((colours.accent, colours.panel)))
    count = max(2, int((bottom - top) / (size * 1.4) * rng.choice((0.5, 1.0, 1.0))))
    lines = stock.code(rng, count)
    if rng.random() < 0.6:
        lines = [f"{number:4}  {line}" for number, line in enumerate(lines, rng.randint(1, 500))]
    _coloured_lines(draw, (left, top + size // 2), lines, font, _inks(rng, colours, 5))
    return Made(image, Verdict.TEXT)


def terminal(rng: random.Random, stock: Stock) -> Made:
    """Commands and what they printed, mostly on a dark ground, not always to the last line."""
    width, height = screen_size(rng)
    ground = rng.choice(((0, 0, 0), (48, 10, 36), (30, 30, 30), (1, 36, 86), (0, 43, 54), (255, 255, 255)))
    bright = sum(ground) < 380
    colours = Theme(ground, ground, (238,) * 3 if bright else (20,) * 3, (128,) * 3, vivid(rng))
    image = Image.new("RGB", (width, height), ground)
    size = rng.randint(10, max(12, min(24, height // 24)))
    font = stock.font(rng, size, mono=True)
    rows = max(2, int(height / (size * 1.4) * rng.choice((0.35, 0.7, 1.0, 1.0))))
    lines: list[str] = []
    while len(lines) < rows:
        lines.append(f"user@may-tinh:~/{stock.words(rng, 1)[:12]}$ {stock.words(rng, 3)}")
        lines += [stock.words(rng, rng.randint(1, 14)) for _ in range(rng.randint(0, 8))]
        lines += stock.code(rng, rng.randint(0, 5))
    _coloured_lines(ImageDraw.Draw(image), (size // 2, size // 2), lines[:rows], font, _inks(rng, colours, 3))
    return Made(image, Verdict.TEXT)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {"document": document, "slide": slide, "editor": editor, "terminal": terminal}
)
