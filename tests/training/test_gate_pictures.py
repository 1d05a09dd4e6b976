"""The makers of pictures: the same each time, of the kind they say, photos where they say."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.contract import Verdict
from training.gate import collages, empties, photos, sheets
from training.gate.browser import find_browser, render
from training.gate.made import Made
from training.gate.making import DRAWN
from training.gate.spoiling import spoil
from training.gate.stock import Stock

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "resources" / "samples").glob("*.jpg"))
STOCK = Stock(SAMPLES)
RED = (250, 0, 0)


@pytest.mark.parametrize("source", DRAWN)
def test_the_same_each_time(source: str) -> None:
    first, second = (DRAWN[source](random.Random(5), STOCK) for _ in range(2))
    assert np.array_equal(np.array(first.image), np.array(second.image))
    assert first.image.mode == "RGB"
    assert first.photos == second.photos


def test_every_kind_but_too_small_is_made() -> None:
    kinds = {maker(random.Random(1), STOCK).kind for maker in DRAWN.values()}
    assert kinds == set(Verdict) - {Verdict.TOO_SMALL}


@pytest.mark.parametrize("source", collages.MAKERS)
def test_photos_are_where_they_are_said_to_be(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN photos that are plain red, THEN each box is red in its middle and nothing else is."""

    def red(rng: random.Random, stock: Stock, size: tuple[int, int]) -> Image.Image:
        return Image.new("RGB", size, RED)

    monkeypatch.setattr(collages, "photo_of", red)
    made = collages.MAKERS[source](random.Random(3), STOCK)
    assert made.photos
    pixels = np.array(made.image)
    for region in made.photos:
        assert (region.of(pixels) == RED).all(axis=2).mean() > 0.5
        pixels[region.top : region.top + region.height, region.left : region.left + region.width] = 0
    assert not (pixels == RED).all(axis=2).any()


@pytest.mark.parametrize("seed", range(12))
def test_boxes_move_with_the_picture(seed: int) -> None:
    """GIVEN a red photo on white, THEN after any journey the box still holds it."""
    image = Image.new("RGB", (600, 400), "white")
    image.paste(RED, (100, 50, 400, 250))
    box = photos.Region(left=100, top=50, width=300, height=200)
    moved = spoil(random.Random(seed), Made(image, Verdict.MIXED, (box,)))
    pixels = np.array(moved.image).astype(int)
    marked = np.abs(pixels - np.array(moved.image.getpixel((2, 2)))).sum(axis=2) > 60
    inside = moved.photos[0].of(np.array(moved.image))
    held = np.abs(inside.astype(int) - np.array(moved.image.getpixel((2, 2)))).sum(axis=2) > 60
    assert held.mean() > 0.95
    assert held.sum() > 0.95 * marked.sum()


@pytest.mark.slow
def test_spoiling_keeps_the_kind() -> None:
    rng = random.Random(0)
    for maker in (*sheets.MAKERS.values(), *empties.MAKERS.values(), *photos.MAKERS.values()):
        made = maker(rng, STOCK)
        spoilt = spoil(rng, made)
        assert spoilt.kind is made.kind
        assert min(spoilt.image.size) >= 16


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_browser_tells_where_photos_are(scale: float) -> None:
    if find_browser() is None:
        pytest.skip("no Chromium on this computer: scripts/system_packages.sh test installs it")
    html = (
        "<body style='margin:0;background:#fff'><div data-photo style='margin:40px 60px;width:200px;"
        "height:100px;background:rgb(250,0,0)'></div>"
        "<div data-photo style='position:absolute;top:900px;width:9px;height:9px'></div>"
    )
    image, found = render(html, (640, 400), scale=scale)
    assert image.size == (640 * scale, 400 * scale)
    assert [(box.left, box.top, box.width, box.height) for box in found] == [
        (60 * scale, 40 * scale, 200 * scale, 100 * scale)
    ]
    marked = (np.array(image) == RED).all(axis=2)
    assert marked.sum() == found[0].area
    assert (found[0].of(np.array(image)) == RED).all()
