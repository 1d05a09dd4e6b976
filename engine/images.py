"""Picture files and bytes -> the engine's image contract.

Pillow does the decoding; this module decides what a "picture" is for a person: upright as the camera
was held, transparent parts on white, the first frame of an animation, 16 bits scaled, not clipped.
"""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.contract import ImageError, ImageFault, Pixels

MAX_PIXELS = 16_000_000
"""Larger pictures are read at a reduced scale. Two 4K screens; 48 MB as RGB."""

_WIDE_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
"""Pillow's single-channel modes of more than 8 bits; ``convert`` would clip them at 255."""

_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, struct.error)
"""What Pillow's decoders raise on cut-off or hostile data, besides UnidentifiedImageError."""


def read_image(source: Path | bytes, *, max_pixels: int = MAX_PIXELS) -> Pixels:
    """Read one picture.

    Args:
        source: a file, or the bytes of one.
        max_pixels: pictures with more are scaled down by a whole factor while reading.

    Returns:
        RGB, uint8, shape (H, W, 3), C-contiguous, EXIF orientation applied.

    Raises:
        ImageError: ``fault`` says why the file cannot be used. A picture of more than about
            179 million pixels (twice Pillow's MAX_IMAGE_PIXELS) counts as a decompression bomb.
    """
    name = "the given bytes" if isinstance(source, bytes) else str(source)
    data = source if isinstance(source, bytes) else _read_bytes(source)
    if not data:
        raise ImageError(f"Cannot read {name}: it is empty (0 bytes).", ImageFault.EMPTY)
    try:
        with warnings.catch_warnings():
            # About odd metadata, and about pictures between one and two times MAX_IMAGE_PIXELS, which
            # are wanted here: nothing the person could act on.
            warnings.simplefilter("ignore")
            return _decode(data, max_pixels)
    except UnidentifiedImageError as exc:
        raise ImageError(
            f"Cannot read {name}: its bytes are of no known picture format. "
            "Give a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF file.",
            ImageFault.NOT_AN_IMAGE,
        ) from exc
    except (Image.DecompressionBombError, MemoryError) as exc:
        raise ImageError(
            f"Cannot read {name}: it unpacks to more pixels than any camera makes ({exc}). "
            "Save it at a smaller size first.",
            ImageFault.TOO_LARGE,
        ) from exc
    except _DAMAGE as exc:
        raise ImageError(
            f"Cannot read {name}: the picture is cut off or damaged ({exc}). Copy or download it again.",
            ImageFault.DAMAGED,
        ) from exc


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as exc:
        raise ImageError(
            f"Cannot read {path}: there is no such file. Check the name.", ImageFault.MISSING
        ) from exc
    except OSError as exc:
        raise ImageError(
            f"Cannot read {path}: the system refuses ({exc.strerror}). Check its permissions.",
            ImageFault.FORBIDDEN,
        ) from exc


def _decode(data: bytes, max_pixels: int) -> Pixels:
    with Image.open(io.BytesIO(data)) as picture:
        factor = _reduction(picture.width * picture.height, max_pixels)
        if factor > 1:
            # JPEG decodes at 1/2, 1/4 or 1/8 directly; other formats ignore the hint.
            picture.draft(None, (picture.width // factor, picture.height // factor))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        factor = _reduction(upright.width * upright.height, max_pixels)
        # Palettes are flattened first: averaging palette indices would mix unrelated colours.
        flat = _flatten(upright)
        return np.ascontiguousarray(flat.reduce(factor) if factor > 1 else flat)


def _reduction(pixels: int, max_pixels: int) -> int:
    """Smallest whole factor by which both sides must shrink to keep within ``max_pixels``."""
    factor = 1
    while pixels > max_pixels * factor * factor:
        factor += 1
    return factor


def _flatten(picture: Image.Image) -> Image.Image:
    """Any Pillow mode -> RGB."""
    if picture.mode in _WIDE_MODES:
        return _eight_bits(picture).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        page = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(page, layer).convert("RGB")
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Greys of 16 or 32 bits -> 8 bits: 16-bit files by their full range, others by their own."""
    values = np.asarray(picture).astype(np.float64)
    low, high = (0.0, 65535.0) if picture.mode.startswith("I;16") else (values.min(), values.max())
    scaled = (values - low) / max(high - low, 1e-12) * 255.0
    return Image.fromarray(scaled.round().astype(np.uint8))
