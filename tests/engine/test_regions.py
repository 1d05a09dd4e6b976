"""Photos on screens are found where they are."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.contract import Pixels, Region, Verdict
from engine.regions import find_regions
from training.gate.scoring import overlap
from training.gate.sheets import document
from training.gate.stock import Stock

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "resources" / "samples").glob("*.jpg"))
STOCK = Stock(SAMPLES)
WHITE, DARK = (255, 255, 255), (24, 24, 28)


def page(ground: tuple[int, int, int] = WHITE, size: tuple[int, int] = (1280, 800)) -> Image.Image:
    """Text all over a page."""
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    font = STOCK.font(random.Random(0), 16)
    ink = (230, 230, 230) if sum(ground) < 380 else (20, 20, 20)
    for y in range(10, size[1] - 20, 26):
        draw.text((20, y), STOCK.words(random.Random(y), 22), fill=ink, font=font)
    return image


def put(image: Image.Image, sample: int, box: tuple[int, int, int, int], margin: int = 14) -> Region:
    """A photo on a page; the text keeps its distance."""
    left, top, width, height = box
    ground = image.getpixel((0, 0))
    around = (left - margin, top - margin, left + width + margin, top + height + margin)
    ImageDraw.Draw(image).rectangle(around, fill=ground)
    image.paste(Image.open(SAMPLES[sample]).convert("RGB").resize((width, height)), (left, top))
    return Region(left=left, top=top, width=width, height=height)


def fits(found: tuple[Region, ...], wanted: list[Region]) -> bool:
    pairs = [max(overlap(one, other) for other in found) for one in wanted]
    return len(found) == len(wanted) and min(pairs) >= 0.8


@pytest.mark.parametrize("ground", [WHITE, DARK], ids=["light", "dark"])
def test_one_photo_in_a_text(ground: tuple[int, int, int]) -> None:
    image = page(ground)
    wanted = put(image, 1, (300, 200, 480, 320))
    assert fits(find_regions(np.array(image)), [wanted])


@pytest.mark.parametrize("gap", [6, 24])
def test_photos_in_a_grid(gap: int) -> None:
    image = Image.new("RGB", (1280, 800), WHITE)
    wanted = [
        put(image, number, (60 + (number % 2) * (400 + gap), 60 + (number // 2) * (300 + gap), 400, 300), 0)
        for number in range(4)
    ]
    assert fits(find_regions(np.array(image)), wanted)


def test_the_largest_comes_first() -> None:
    image = page()
    wanted = [put(image, 0, (60, 80, 200, 160)), put(image, 1, (500, 80, 600, 420))]
    found = find_regions(np.array(image))
    assert [box.area for box in found] == sorted((box.area for box in found), reverse=True)
    assert overlap(found[0], wanted[1]) > 0.8


def test_words_over_a_photo_belong_to_it() -> None:
    image = page()
    wanted = put(image, 2, (200, 150, 700, 450))
    font = STOCK.font(random.Random(0), 28)
    ImageDraw.Draw(image).text((230, 520), "Chợ hoa ngày Tết ở Hà Nội", fill=WHITE, font=font)
    assert fits(find_regions(np.array(image)), [wanted])


def test_a_region_is_cut_out() -> None:
    pixels: Pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    cut = Region(left=1, top=2, width=3, height=2).of(pixels)
    assert cut.shape == (2, 3, 3)
    assert cut.flags.c_contiguous
    assert cut[0, 0].tolist() == pixels[2, 1].tolist()


@pytest.mark.parametrize("number", range(4))
def test_none_in_a_text(number: int) -> None:
    made = document(random.Random(number), STOCK)
    assert made.kind is Verdict.TEXT
    assert find_regions(np.array(made.image)) == ()


def test_none_in_the_dark() -> None:
    assert find_regions(np.zeros((300, 400, 3), np.uint8)) == ()
