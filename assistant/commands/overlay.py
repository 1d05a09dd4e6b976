"""A copy of a picture with what the program made of it drawn on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from assistant.messages import Messages
from engine import Caption, Pixels

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")

_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "Arial.ttf")
"""Fonts with Vietnamese letters, as the systems that have them call them."""

_FRAME, _GROUND, _INK = (255, 0, 128), (20, 20, 20), (255, 255, 255)
_PER_FONT_SIZE = 45
"""Letters of about this share of the longer side can be read on any screen the picture fits."""

_SMALLEST_FONT_PX = 14

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_overlay(image: Pixels, caption: Caption, messages: Messages) -> Image.Image:
    """Frames around the photos that were found, and below the picture what was said.

    Args:
        image: RGB, uint8, (H, W, 3), the pixels the caption is of.
        caption: with its regions.
        messages: the texts.

    Returns:
        The picture, higher by the lines of text.
    """
    height, width = image.shape[:2]
    font, complete = _font(max(_SMALLEST_FONT_PX, max(height, width) // _PER_FONT_SIZE))
    said = _lines(caption, messages)
    lines = [part for line in said for part in _wrapped(line if complete else _plain(line), font, width)]
    line_px = round(font.getbbox("Ặg")[3] * 1.3)
    canvas = Image.new("RGB", (width, height + line_px * len(lines) + line_px // 2), _GROUND)
    canvas.paste(Image.fromarray(np.ascontiguousarray(image)))
    draw = ImageDraw.Draw(canvas)
    for number, found in enumerate(caption.regions, 1):
        place = found.region
        right, bottom = place.left + place.width - 1, place.top + place.height - 1
        draw.rectangle((place.left, place.top, right, bottom), outline=_FRAME, width=max(2, line_px // 8))
        corner = (place.left, place.top, place.left + line_px, place.top + line_px)
        draw.rectangle(corner, fill=_FRAME)
        draw.text((place.left + line_px // 4, place.top), str(number), fill=_INK, font=font)
    for number, line in enumerate(lines):
        draw.text((line_px // 4, height + line_px // 4 + number * line_px), line, fill=_INK, font=font)
    return canvas


def save_overlay(path: Path, image: Pixels, caption: Caption, messages: Messages) -> None:
    """Write the drawing to a file of one of ``SUFFIXES``.

    Raises:
        OSError: it cannot be written.
    """
    draw_overlay(image, caption, messages).save(path)


def _lines(caption: Caption, messages: Messages) -> list[str]:
    first = f"{caption.verdict}: {messages.spoken(caption)}"
    if not caption.refused:
        first += f" ({messages.certainty(caption)}, {caption.confidence:.2f})"
    photos = [
        f"{number}: {messages.hedged(found.text, found.confidence, caption.levels)} ({found.confidence:.2f})"
        for number, found in enumerate(caption.regions, 1)
    ]
    return [first, *photos]


def _font(size_px: int) -> tuple[Font, bool]:
    """A font, and whether it has Vietnamese letters."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size_px), True
        except OSError:
            continue
    return ImageFont.load_default(size_px), False


def _plain(text: str) -> str:
    """Without the marks that a font without Vietnamese letters would show as boxes."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _wrapped(text: str, font: Font, width_px: int) -> Sequence[str]:
    """Lines no wider than the picture; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width_px - 2 * _SMALLEST_FONT_PX:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
