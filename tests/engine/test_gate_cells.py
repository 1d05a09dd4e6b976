"""Cells, borders, connected areas: the gate's measuring, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.blobs import blobs
from engine.contract import Floats
from engine.gate_border import inner_part
from engine.gate_cells import CELL_PX, OWN_FEATURES, differences, survey, with_context

NOISE = np.random.default_rng(0).integers(0, 256, (160, 240, 3), np.uint8)


def feature(cells: Floats, name: str) -> Floats:
    return cells[..., OWN_FEATURES.index(name)]


def test_grey_is_the_mean_of_the_pixels() -> None:
    """GIVEN 1600 columns, THEN 3 x 3 pixels become one, of their mean brightness (ITU-T T.871)."""
    image = np.random.default_rng(1).integers(0, 256, (900, 1600, 3), np.uint8)
    seen = survey(image)
    assert (seen.factor, seen.cell_px) == (3, 3 * CELL_PX)
    means = image[:, : 533 * 3].reshape(300, 3, 533, 3, 3).mean(axis=(1, 3))
    grey = means @ np.array([0.299, 0.587, 0.114])
    assert seen.luma[0].shape == (300, 533)
    assert np.abs(seen.luma[0] - grey).max() <= 0.51


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)])
def test_colours_at_the_ends_do_not_wrap(colour: tuple[int, int, int]) -> None:
    image = NOISE.copy()
    image[40:80, 40:80] = colour
    seen = survey(image)
    red, green, blue = colour
    expected = (
        0.299 * red + 0.587 * green + 0.114 * blue,
        128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
        128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    )
    for plane, value in zip(seen.luma, expected, strict=True):
        assert plane[60, 60] == pytest.approx(value, abs=1)


def test_what_cells_tell() -> None:
    image = np.full((64, 64, 3), 200, np.uint8)
    image[:, 32:] = NOISE[:64, :32]
    image[10, 0] = 0  # no border of one colour on the left
    cells = survey(image).cells
    assert feature(cells, "flat")[4:, :3].min() == 1
    assert feature(cells, "repeated")[4:, :3].min() == 1
    assert feature(cells, "spread")[4:, :3].max() == 0
    assert feature(cells, "spread")[:, 5:].min() > 40
    assert feature(cells, "strong")[:, 5:].min() > 0.3


def test_surroundings_are_means() -> None:
    own = np.random.default_rng(2).random((9, 12, len(OWN_FEATURES))).astype(np.float32)
    context = with_context(own)
    assert np.array_equal(context[..., : len(OWN_FEATURES)], own)
    assert context[4, 5, len(OWN_FEATURES)] == pytest.approx(own[3:6, 4:7, 0].mean(), abs=1e-5)
    assert context[4, 5, 2 * len(OWN_FEATURES)] == pytest.approx(own[1:8, 2:9, 0].mean(), abs=1e-5)


def test_differences() -> None:
    across, down = differences(np.array([[0, 250, 5], [9, 9, 9]], np.uint8))
    assert across.tolist() == [[250, 245, 0], [0, 0, 0]]
    assert down.tolist() == [[9, 241, 4], [0, 0, 0]]


@pytest.mark.parametrize("value", [0, 90, 255])
def test_a_border_is_left_out(value: int) -> None:
    """GIVEN a picture in a frame, THEN it and its edge, nine pixels wide, are not measured."""
    image = np.full((320, 400, 3), value, np.uint8)
    image[80:240, 80:320] = NOISE
    seen = survey(image)
    assert seen.origin == (89, 89)
    assert seen.luma[0].shape == (142, 222)
    assert seen.inner == pytest.approx(142 * 222 / (320 * 400))
    alone = survey(NOISE[9:-9, 9:-9]).cells
    inner = np.s_[1:-1, 1:-1]
    for name in OWN_FEATURES:
        assert np.allclose(feature(seen.cells, name)[inner], feature(alone, name)[inner]), name


def test_a_border_is_of_one_colour() -> None:
    grey = np.full((200, 300), 50, np.uint8)
    grey[20:40] = 90
    grey[40:180] = NOISE[:140, :60, 0].repeat(5, axis=1)
    assert inner_part(grey, 1) == (slice(29, 171), slice(0, 300))
    assert inner_part(grey, 4) == (slice(23, 177), slice(0, 300))


def test_a_border_leaves_something() -> None:
    grey = np.full((200, 300), 50, np.uint8)
    assert inner_part(grey, 1) == (slice(0, 200), slice(0, 300))
    grey[100:120, 100:120] = 200
    assert inner_part(grey, 1) == (slice(0, 200), slice(0, 300))


def test_a_sky_is_no_border() -> None:
    sky = np.linspace(180, 220, 100).astype(np.uint8)[:, None].repeat(300, axis=1)
    rows, _ = inner_part(np.concatenate([sky, NOISE[:100, :60, 0].repeat(5, axis=1)]), 1)
    assert rows.start <= 32


def test_connected_areas() -> None:
    rows = ["##..#", ".#..#", ".###.", "#...#"]
    found = blobs(np.array([[sign == "#" for sign in row] for row in rows]))
    assert [(one.size, one.top, one.left, one.bottom, one.right) for one in found] == [
        (6, 0, 0, 3, 4),
        (2, 0, 4, 2, 5),
        (1, 3, 0, 4, 1),
        (1, 3, 4, 4, 5),
    ]
    assert found[0].box == 12


def test_areas_that_meet_late_are_one() -> None:
    rows = ["#.#.#", "#.#.#", "#####"]
    found = blobs(np.array([[sign == "#" for sign in row] for row in rows]))
    assert [one.size for one in found] == [11]
    assert blobs(np.zeros((3, 3), bool)) == []
