"""Program windows, drawn with Pillow: bars, buttons, lists, forms, dialogs on a desktop."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from PIL import Image, ImageDraw

from engine.contract import Verdict
from training.gate.made import Made, Maker, screen_size, theme, vivid
from training.gate.sheets import write_column
from training.gate.stock import Stock

Box = tuple[int, int, int, int]


class Toolkit:
    """Draws widgets in one look.

    Args:
        rng: decides the details.
        stock: fonts and words.
        image: drawn on.
        unit: height of small text, in pixels.
    """

    def __init__(self, rng: random.Random, stock: Stock, image: Image.Image, unit: int) -> None:
        self.rng, self.stock, self.unit = rng, stock, unit
        self.draw = ImageDraw.Draw(image)
        self.theme = theme(rng)
        self.font = stock.font(rng, unit)
        self._round = rng.choice((0, unit // 4, unit // 2))

    def panel(self, box: Box, *, sunken: bool = False) -> None:
        """An area with a border."""
        fill = self.theme.page if sunken else self.theme.panel
        self.draw.rounded_rectangle(box, self._round, fill=fill, outline=self.theme.faint)

    def label(self, x: int, y: int, most: int, *, words: int = 0) -> None:
        """Words on one line, not wider than ``most`` pixels."""
        text = self.stock.words(self.rng, words or self.rng.randint(1, 4))
        while len(text) > 1 and self.font.getlength(text) > most:
            text = text[: len(text) * 3 // 4]
        self.draw.text((x, y), text, fill=self.theme.ink, font=self.font)

    def button(self, x: int, y: int, width: int) -> None:
        """A button, perhaps the default one."""
        chosen = self.rng.random() < 0.3
        fill = self.theme.accent if chosen else self.theme.panel
        box = (x, y, x + width, y + 2 * self.unit)
        self.draw.rounded_rectangle(box, self._round, fill=fill, outline=self.theme.faint)
        ink = self.theme.page if chosen else self.theme.ink
        text = self.stock.words(self.rng, 1)[: max(1, width // self.unit)]
        middle = (x + width // 2, y + self.unit)
        self.draw.text(middle, text, fill=ink, font=self.font, anchor="mm")

    def icon(self, x: int, y: int, side: int) -> None:
        """A small drawn picture."""
        shape = self.rng.choice((self.draw.ellipse, self.draw.rectangle))
        shape((x, y, x + side, y + side), fill=vivid(self.rng))
        inner = side // 4
        shape((x + inner, y + inner, x + side - inner, y + side - inner), fill=self.theme.page)

    def bar(self, box: Box) -> None:
        """A row of buttons, icons or menu titles."""
        self.draw.rectangle(box, fill=self.theme.panel)
        x = box[0] + self.unit // 2
        y = (box[1] + box[3] - self.unit) // 2
        icons = self.rng.random() < 0.5
        while x < box[2] - 6 * self.unit and self.rng.random() < 0.93:
            if icons:
                self.icon(x, y, self.unit)
                x += 2 * self.unit
            else:
                self.label(x, y, 4 * self.unit, words=1)
                x += 5 * self.unit

    def listing(self, box: Box) -> None:
        """Rows, one of them chosen, perhaps with icons or in columns."""
        self.panel(box, sunken=True)
        columns = self.rng.choice((1, 1, 2, 4))
        step = int(self.unit * self.rng.uniform(1.5, 2.6))
        chosen = self.rng.randrange(12)
        icons = self.rng.random() < 0.5
        width = (box[2] - box[0]) // columns
        for row, y in enumerate(range(box[1] + 4, box[3] - step, step)):
            if row == chosen:
                self.draw.rectangle((box[0] + 1, y, box[2] - 1, y + step), fill=self.theme.accent)
            for column in range(columns):
                x = box[0] + column * width + 4
                if icons and column == 0:
                    self.icon(x, y + 2, self.unit)
                    x += int(1.6 * self.unit)
                self.label(x, y + 2, width - 3 * self.unit)

    def form(self, box: Box) -> None:
        """Labels with fields, check boxes, sliders."""
        left, top, right, bottom = box
        step = int(self.unit * self.rng.uniform(2.4, 3.6))
        third = (right - left) // 3
        for y in range(top + self.unit, bottom - step, step):
            kind = self.rng.randrange(4)
            if kind < 2:
                self.label(left, y, third)
                self.panel((left + third, y - 4, right, y + int(1.5 * self.unit)), sunken=True)
                self.label(left + third + 6, y, third)
            elif kind == 2:
                self.panel((left, y, left + self.unit, y + self.unit), sunken=self.rng.random() < 0.5)
                self.label(left + 2 * self.unit, y, right - left - 3 * self.unit, words=5)
            else:
                self.draw.line((left, y, right, y), fill=self.theme.faint, width=3)
                self.draw.ellipse((left + third, y - 6, left + third + 12, y + 6), fill=self.theme.accent)

    def icons(self, box: Box) -> None:
        """Icons with names, in a grid."""
        side = self.unit * self.rng.randint(2, 5)
        for y in range(box[1] + self.unit, box[3] - side - 2 * self.unit, side + 4 * self.unit):
            for x in range(box[0] + self.unit, box[2] - side, side + 3 * self.unit):
                if self.rng.random() < 0.85:
                    self.icon(x, y, side)
                    self.label(x, y + side + 4, side + self.unit, words=1)

    def paragraph(self, box: Box) -> None:
        """Running text."""
        words = self.stock.words(self.rng, self.rng.randint(8, 60))
        write_column(self.draw, box, words, self.font, self.theme.ink)

    def contents(self, box: Box) -> None:
        """Anything a window may hold, split into parts while there is room."""
        left, top, right, bottom = box
        if right - left < 8 * self.unit or bottom - top < 4 * self.unit:
            return
        if right - left > 40 * self.unit and self.rng.random() < 0.6:
            cut = left + int((right - left) * self.rng.uniform(0.2, 0.5))
            self.contents((left, top, cut, bottom))
            self.contents((cut + self.unit, top, right, bottom))
            return
        draw_part = self.rng.choice(
            (self.listing, self.listing, self.form, self.form, self.icons, self.paragraph)
        )
        draw_part(box)

    def window(self, box: Box) -> None:
        """Title bar, menu, tool bar, contents, buttons."""
        left, top, right, bottom = box
        self.draw.rectangle(box, fill=self.theme.page, outline=self.theme.faint)
        self.bar((left, top, right, top + 2 * self.unit))
        top += 2 * self.unit
        for _ in range(self.rng.randrange(3)):
            self.bar((left, top, right, top + 2 * self.unit))
            top += 2 * self.unit
        pad = self.unit
        self.contents((left + pad, top + pad, right - pad, bottom - 4 * self.unit))
        for number in range(self.rng.randrange(4)):
            x = right - (number + 1) * 8 * self.unit
            if x > left:
                self.button(x, bottom - 3 * self.unit, 7 * self.unit)


def window(rng: random.Random, stock: Stock) -> Made:
    """One window that fills the picture."""
    width, height = screen_size(rng)
    image = Image.new("RGB", (width, height))
    kit = Toolkit(rng, stock, image, rng.randint(9, max(11, min(26, height // 24))))
    kit.window((0, 0, width - 1, height - 1))
    return Made(image, Verdict.INTERFACE)


def desktop(rng: random.Random, stock: Stock) -> Made:
    """Windows and icons on a desktop of one colour, a bar along one side."""
    width, height = screen_size(rng)
    image = Image.new("RGB", (width, height), vivid(rng))
    unit = rng.randint(9, max(11, min(24, height // 30)))
    kit = Toolkit(rng, stock, image, unit)
    kit.icons((0, 0, int(width * rng.uniform(0.1, 1.0)), height))
    for _ in range(rng.randrange(3)):
        left, top = int(width * rng.uniform(0, 0.5)), int(height * rng.uniform(0, 0.5))
        right, bottom = left + int(width * rng.uniform(0.25, 0.5)), top + int(height * rng.uniform(0.25, 0.5))
        Toolkit(rng, stock, image, unit).window((left, top, right, bottom))
    kit.bar((0, height - 3 * unit, width, height))
    return Made(image, Verdict.INTERFACE)


MAKERS: Mapping[str, Maker] = MappingProxyType({"window": window, "desktop": desktop})
