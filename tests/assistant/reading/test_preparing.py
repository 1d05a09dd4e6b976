"""What a recogniser is given: dark letters on white, without frames, large enough."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.capture.desktop import Area
from assistant.reading.preparing import prepare

pytestmark = pytest.mark.slow

WHITE, BLACK = 255, 0


def page(size: tuple[int, int] = (120, 300), paper: int = WHITE) -> NDArray[np.uint8]:
    return np.full((*size, 3), paper, np.uint8)


def write(
    image: NDArray[np.uint8], left: int, top: int, ink: int, *, stem: int = 10, count: int = 12
) -> Area:
    """Upright strokes two pixels wide, as in "illi"."""
    for number in range(count):
        image[top : top + stem, left + 5 * number : left + 5 * number + 2] = ink
    return Area(left, top, 5 * count, stem)


def shades(grey: NDArray[np.uint8], area: Area, scale: float) -> tuple[int, int]:
    """Darkest and median grey value of an area of the picture."""
    left, top, right, bottom = (
        round(scale * edge) for edge in (area.left, area.top, area.right, area.bottom)
    )
    part = grey[top:bottom, left:right]
    return int(part.min()), int(np.percentile(part, 70))


@pytest.mark.parametrize(("paper", "ink"), [(255, 30), (30, 220), (240, 90), (60, 200)])
def test_letters_come_out_dark_on_white(paper: int, ink: int) -> None:
    image = page(paper=paper)
    text = write(image, 40, 50, ink)
    prepared = prepare(image)
    darkest, behind = shades(prepared.grey, text, prepared.scale)
    assert behind > 230
    assert darkest < 255 - 0.8 * abs(paper - ink)


def test_light_and_dark_side_by_side() -> None:
    """GIVEN a dark sidebar, a light page and a dark button on it, THEN all their letters come out dark."""
    image = page((400, 600))
    image[:, :200] = 34
    image[300:330, 300:420] = (11, 61, 145)
    texts = [write(image, 40, 100, 220), write(image, 300, 100, 20), write(image, 330, 310, 255)]
    prepared = prepare(image)
    for text in texts:
        darkest, behind = shades(prepared.grey, text, prepared.scale)
        assert darkest < 110
        assert behind > 230


def test_letters_in_the_corner_of_a_light_panel_survive() -> None:
    image = page((300, 500), paper=60)
    image[100:200, 150:400] = 245
    text = write(image, 158, 108, 20)
    prepared = prepare(image)
    darkest, behind = shades(prepared.grey, text, prepared.scale)
    assert darkest < 60
    assert behind > 230


def test_frames_and_underlines_go_letters_stay() -> None:
    image = page()
    image[30, 40:200] = image[80, 40:200] = image[30:81, 40] = image[30:81, 199] = 100
    text = write(image, 80, 50, 20)
    prepared = prepare(image)
    assert shades(prepared.grey, text, prepared.scale)[0] < 60
    outside = prepared.grey.copy()
    outside[round(45 * prepared.scale) : round(65 * prepared.scale)] = 255
    assert outside.min() > 200


@pytest.mark.parametrize(("stem", "scale"), [(6, 3), (9, 2), (13, 1), (30, 1)])
def test_small_letters_are_enlarged(stem: int, scale: int) -> None:
    image = page((200, 400))
    write(image, 40, 50, 20, stem=stem)
    prepared = prepare(image)
    assert prepared.scale == scale
    assert prepared.grey.shape == (200 * scale, 400 * scale)


def test_a_large_picture_is_not_blown_up() -> None:
    image = page((5000, 5000))
    write(image, 40, 50, 20, stem=6)
    assert prepare(image).grey.size <= 36_100_000


def test_photos_are_left_out() -> None:
    image = page()
    photo = write(image, 40, 50, 20)
    beside = write(image, 150, 50, 20)
    prepared = prepare(image, [photo, Area(-10, -10, 20, 20)])
    assert shades(prepared.grey, photo, prepared.scale)[0] > 200
    assert shades(prepared.grey, beside, prepared.scale)[0] < 60


def test_an_empty_page_stays_empty() -> None:
    assert prepare(page(paper=BLACK)).grey.min() == WHITE
