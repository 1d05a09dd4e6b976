"""Qt's pictures of every kind -> the engine's array, and back."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from PySide6.QtGui import QColor, QImage, Qt

from assistant.capture.images import image_of, pixels_of
from engine import Pixels

Format = QImage.Format
LOSSLESS = (
    Format.Format_RGB888, Format.Format_BGR888, Format.Format_RGB32, Format.Format_ARGB32,
    Format.Format_ARGB32_Premultiplied, Format.Format_RGBX8888, Format.Format_RGBA8888, Format.Format_RGBX64,
)  # fmt: skip


def noise(height: int, width: int) -> Pixels:
    random = np.random.default_rng(height * 100 + width)
    return random.integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_row_padding_is_cut() -> None:
    """GIVEN rows of 15 bytes that Qt pads to 16, THEN no padding byte becomes a pixel."""
    pixels = noise(4, 5)
    image = image_of(pixels)
    assert image.bytesPerLine() == 16
    assert_array_equal(pixels_of(image), pixels)


@given(height=st.integers(1, 9), width=st.integers(1, 9))
def test_there_and_back(height: int, width: int) -> None:
    pixels = noise(height, width)
    back = pixels_of(image_of(pixels))
    assert_array_equal(back, pixels)
    assert back.dtype == np.uint8
    assert back.flags.c_contiguous


@pytest.mark.parametrize("kind", LOSSLESS, ids=lambda kind: kind.name)
def test_every_colour_format(kind: QImage.Format) -> None:
    pixels = noise(3, 7)
    assert_array_equal(pixels_of(image_of(pixels).convertToFormat(kind)), pixels)


def test_grey_and_black_and_white() -> None:
    grey = QImage(3, 2, Format.Format_Grayscale8)
    grey.fill(77)
    assert_array_equal(pixels_of(grey), np.full((2, 3, 3), 77))
    bitmap = QImage(9, 1, Format.Format_Mono)
    bitmap.fill(0)
    bitmap.setPixel(8, 0, 1)
    assert pixels_of(bitmap)[0, :, 0].tolist() == [0] * 8 + [255]


def test_transparency_is_laid_on_white() -> None:
    """GIVEN nothing, half red and full red side by side, THEN they are white, pink and red."""
    image = QImage(3, 1, Format.Format_ARGB32)
    for x, alpha in enumerate((0, 128, 255)):
        image.setPixelColor(x, 0, QColor(255, 0, 0, alpha))
    for kind in (Format.Format_ARGB32, Format.Format_ARGB32_Premultiplied, Format.Format_RGBA8888):
        (row,) = pixels_of(image.convertToFormat(kind)).astype(int)
        assert row[0].tolist() == [255, 255, 255]
        assert row[1] == pytest.approx([255, 127, 127], abs=2)
        assert row[2].tolist() == [255, 0, 0]


@pytest.mark.parametrize("kind", [Format.Format_RGB32, Format.Format_ARGB32], ids=lambda kind: kind.name)
def test_the_device_pixel_ratio_changes_nothing(kind: QImage.Format) -> None:
    pixels = noise(6, 4)
    image = image_of(pixels).convertToFormat(kind)
    image.setDevicePixelRatio(2.0)
    assert_array_equal(pixels_of(image), pixels)
    assert image.devicePixelRatio() == 2.0


def test_memory_is_not_shared() -> None:
    """GIVEN that either side is changed or gone, THEN the other one keeps its pixels."""
    pixels = noise(5, 3)
    expected = pixels.copy()
    image = image_of(pixels)
    pixels[:] = 0
    taken = pixels_of(image)
    image.fill(Qt.GlobalColor.black)
    del image, pixels
    gc.collect()
    assert_array_equal(taken, expected)


def test_an_array_that_may_not_be_written() -> None:
    pixels = noise(2, 3)
    pixels.setflags(write=False)
    assert_array_equal(pixels_of(image_of(pixels)), pixels)


def test_a_null_image_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="null"):
        pixels_of(QImage())
