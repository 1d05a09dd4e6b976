"""Every kind of picture file a person may have, good and bad."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.contract import ImageError, ImageFault, Pixels
from engine.images import read_image


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def halves(mode: str, left: object, right: object, size: tuple[int, int] = (40, 20)) -> Image.Image:
    """A picture whose left and right half have different colours."""
    picture = Image.new(mode, size, left)  # type: ignore[arg-type]
    picture.paste(right, (size[0] // 2, 0, *size))  # type: ignore[arg-type]
    return picture


def colours(image: Pixels) -> tuple[list[int], list[int]]:
    """Colours in the middle of the left and of the right half."""
    height, width = image.shape[:2]
    left, right = image[height // 2, width // 4], image[height // 2, 3 * width // 4]
    return left.tolist(), right.tolist()


def sixteen_bit_grey() -> Image.Image:
    values = np.zeros((20, 40), np.uint16)
    values[:, 20:] = 0x8000
    return Image.fromarray(values)


def palette_with_transparency() -> bytes:
    picture = halves("P", 0, 1)
    picture.putpalette([200, 0, 0, 0, 0, 200])
    return encoded(picture, "PNG", transparency=1)


def animation() -> bytes:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


GOOD: dict[str, tuple[Callable[[], bytes], list[int], list[int]]] = {
    "rgb-png": (lambda: encoded(halves("RGB", "red", "blue"), "PNG"), [255, 0, 0], [0, 0, 255]),
    "jpeg": (lambda: encoded(halves("RGB", "red", "blue"), "JPEG", quality=95, subsampling=0),
             [254, 0, 0], [0, 0, 254]),
    "webp": (lambda: encoded(halves("RGB", "red", "blue"), "WEBP", lossless=True), [255, 0, 0], [0, 0, 255]),
    "avif": (lambda: encoded(halves("RGB", "red", "blue"), "AVIF", quality=100, subsampling="4:4:4"),
             [255, 0, 0], [0, 0, 255]),
    "bmp": (lambda: encoded(halves("RGB", "red", "blue"), "BMP"), [255, 0, 0], [0, 0, 255]),
    "grey": (lambda: encoded(halves("L", 10, 200), "PNG"), [10] * 3, [200] * 3),
    "black-and-white": (lambda: encoded(halves("1", 0, 1), "PNG"), [0] * 3, [255] * 3),
    "rgba-on-white": (lambda: encoded(halves("RGBA", (255, 0, 0, 255), (0, 0, 255, 0)), "PNG"),
                      [255, 0, 0], [255, 255, 255]),
    "half-transparent": (lambda: encoded(halves("RGBA", (255, 0, 0, 255), (0, 0, 0, 128)), "PNG"),
                         [255, 0, 0], [127, 127, 127]),
    "grey-alpha": (lambda: encoded(halves("LA", (50, 255), (0, 0)), "PNG"), [50] * 3, [255] * 3),
    "palette": (palette_with_transparency, [200, 0, 0], [255, 255, 255]),
    "sixteen-bit": (lambda: encoded(sixteen_bit_grey(), "PNG"), [0] * 3, [128] * 3),
    "float-tiff": (lambda: encoded(halves("F", -1.0, 3.0), "TIFF"), [0] * 3, [255] * 3),
    "int-tiff": (lambda: encoded(halves("I", 100_000, 500_000), "TIFF"), [0] * 3, [255] * 3),
    "cmyk": (lambda: encoded(halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0)), "TIFF"),
             [255, 0, 0], [0, 0, 255]),
    "first-frame": (animation, [255, 0, 0], [255, 0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_reads_as_rgb(name: str) -> None:
    make, left, right = GOOD[name]
    image = read_image(make())
    assert image.dtype == np.uint8
    assert image.shape == (20, 40, 3)
    assert image.flags.c_contiguous
    seen_left, seen_right = colours(image)
    assert seen_left == pytest.approx(left, abs=3)
    assert seen_right == pytest.approx(right, abs=3)


@pytest.mark.parametrize(("orientation", "shape"), [(3, (20, 40)), (6, (40, 20)), (8, (40, 20))])
def test_turns_the_picture_as_the_camera_was_held(orientation: int, shape: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = read_image(encoded(halves("RGB", "red", "blue"), "JPEG", exif=exif, quality=95))
    assert image.shape == (*shape, 3)
    first_is_red = image[2, 2, 0] > 200
    assert first_is_red == (orientation == 6)


def test_hundred_megapixels_are_read_at_a_reduced_scale() -> None:
    """GIVEN a panorama above Pillow's warning limit, THEN it is read small, without a warning."""
    picture = Image.new("L", (20_000, 5_000), 90)
    image = read_image(encoded(picture, "JPEG", quality=30))
    assert image.shape[0] * image.shape[1] <= 16_000_000
    assert image.shape[1] / image.shape[0] == pytest.approx(4.0, rel=0.01)
    assert int(image[0, 0, 0]) == pytest.approx(90, abs=2)


def test_large_png_is_averaged_down() -> None:
    picture = halves("P", 0, 1, size=(600, 300))
    picture.putpalette([200, 0, 0, 0, 0, 200])
    image = read_image(encoded(picture, "PNG"), max_pixels=50_000)
    assert image.shape == (150, 300, 3)
    assert colours(image) == ([200, 0, 0], [0, 0, 200])


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they unpack to an enormous picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def noise_jpeg() -> bytes:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    return encoded(Image.fromarray(noise), "JPEG")


BAD: dict[str, tuple[Callable[[], bytes], ImageFault]] = {
    "empty": (lambda: b"", ImageFault.EMPTY),
    "text": (lambda: "Đây không phải là ảnh.".encode(), ImageFault.NOT_AN_IMAGE),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", ImageFault.NOT_AN_IMAGE),
    "random": (lambda: np.random.default_rng(0).bytes(5000), ImageFault.NOT_AN_IMAGE),
    "truncated-jpeg": (lambda: noise_jpeg()[:8000], ImageFault.DAMAGED),
    "truncated-png": (lambda: GOOD["rgb-png"][0]()[:60], ImageFault.DAMAGED),
    "bomb": (lambda: png_that_claims(60_000, 60_000), ImageFault.TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_bytes_say_why(name: str) -> None:
    make, fault = BAD[name]
    with pytest.raises(ImageError) as caught:
        read_image(make())
    assert caught.value.fault is fault


def test_text_renamed_to_jpg(tmp_path: Path) -> None:
    path = tmp_path / "ảnh.jpg"
    path.write_text("xin chào", encoding="utf-8")
    with pytest.raises(ImageError, match=r"ảnh\.jpg") as caught:
        read_image(path)
    assert caught.value.fault is ImageFault.NOT_AN_IMAGE


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "không có.png", tmp_path):
        with pytest.raises(ImageError) as caught:
            read_image(path)
        assert caught.value.fault is ImageFault.MISSING


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(ImageError) as caught:
        read_image(path)
    assert caught.value.fault is ImageFault.FORBIDDEN


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_flipped_bytes_never_escape_the_error_tree(kind: str) -> None:
    """GIVEN files with damaged bytes anywhere, THEN reading gives pixels or an ImageError, nothing else."""
    random = np.random.default_rng(1)
    good = encoded(halves("RGB", "red", "blue"), kind)
    for _ in range(150):
        data = bytearray(good)
        for position in random.integers(0, len(data), 3):
            data[position] = random.integers(0, 256)
        try:
            image = read_image(bytes(data))
        except ImageError:
            continue
        assert image.dtype == np.uint8
        assert image.shape[2] == 3
