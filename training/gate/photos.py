"""Photos as cameras, phones and web sites give them, made of small ones.

The development photos are small squares. Mirrored side by side they have fine detail at every size; scaled
up they are as smooth as a blurred one; sensor noise and darkness are added.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from engine.contract import Region, Verdict
from training.gate.made import Made, Maker, shade
from training.gate.stock import Stock

_SIZES_PX = (
    (224, 224), (320, 240), (480, 360), (640, 480), (500, 375), (800, 600), (1024, 683), (1280, 720),
    (1600, 1200), (1920, 1080), (2400, 1800), (96, 96), (160, 120),
)  # fmt: skip


def mirrored(image: Image.Image, times: int) -> Image.Image:
    """The picture ``times`` x ``times``, each beside its mirror image, so that no seam shows."""
    tile = np.asarray(image)
    row = np.concatenate([tile if i % 2 == 0 else tile[:, ::-1] for i in range(times)], axis=1)
    return Image.fromarray(np.concatenate([row if i % 2 == 0 else row[::-1] for i in range(times)]))


def photo_of(rng: random.Random, stock: Stock, size: tuple[int, int]) -> Image.Image:
    """A photo of a size, as sharp as chance has it."""
    image = stock.photo(rng)
    share = rng.uniform(0.45, 1.0)
    left, top = (int(rng.uniform(0, 1 - share) * side) for side in image.size)
    image = image.crop((left, top, left + int(image.width * share), top + int(image.height * share)))
    times = max(1, round(max(size) / 400)) if rng.random() < 0.6 else 1
    image = mirrored(image, min(3, times))
    return image.resize(size, rng.choice((Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)))


def noisy(rng: random.Random, image: Image.Image, most: float) -> Image.Image:
    """Noise of a sensor: more in dark parts, partly the same in all colours."""
    pixels = np.asarray(image).astype(np.float32)
    numbers = np.random.default_rng(rng.getrandbits(32))
    grain = numbers.normal(0, 1, (*pixels.shape[:2], 1)) + 0.6 * numbers.normal(0, 1, pixels.shape)
    strength = rng.uniform(0, most) * (1.2 - pixels / 512)
    return Image.fromarray((pixels + strength * grain).clip(0, 255).astype(np.uint8))


def _size(rng: random.Random) -> tuple[int, int]:
    width, height = rng.choice(_SIZES_PX)
    return (height, width) if rng.random() < 0.35 else (width, height)


def plain(rng: random.Random, stock: Stock) -> Made:
    """A photo of any size, mostly with a little noise."""
    image = photo_of(rng, stock, _size(rng))
    return Made(noisy(rng, image, 6) if rng.random() < 0.6 else image, Verdict.PHOTO)


def as_it_is(rng: random.Random, stock: Stock) -> Made:
    """A photo as it lies on disk."""
    return Made(stock.photo(rng), Verdict.PHOTO)


def bordered(rng: random.Random, stock: Stock) -> Made:
    """A photo in a frame of one colour, or between the bars of a film."""
    image = photo_of(rng, stock, _size(rng))
    width, height = image.size
    bars = rng.random()
    if bars < 0.35:
        border = (0, int(height * rng.uniform(0.03, 0.25)))
    elif bars < 0.65:
        border = (int(width * rng.uniform(0.03, 0.35)), 0)
    else:
        border = (int(min(image.size) * rng.uniform(0.01, 0.1)),) * 2
    colour = rng.choice(((0, 0, 0), (0, 0, 0), (255, 255, 255), shade(rng, 0, 255)))
    inside = Region(left=border[0], top=border[1], width=width, height=height)
    return Made(ImageOps.expand(image, (*border, *border), fill=colour), Verdict.PHOTO, (inside,))


def dark(rng: random.Random, stock: Stock) -> Made:
    """A photo at night: most of it nearly black, noise, a few lights."""
    image = photo_of(rng, stock, _size(rng))
    pixels = np.asarray(image).astype(np.float32) / 255
    curved = pixels ** rng.uniform(1.6, 3.2) * rng.uniform(0.5, 1.0)
    night = Image.fromarray((curved * 255).astype(np.uint8))
    return Made(noisy(rng, night, 8), Verdict.PHOTO)


def bright(rng: random.Random, stock: Stock) -> Made:
    """A photo in full light or on a white ground: its light parts are cut off at white."""
    pixels = np.asarray(photo_of(rng, stock, _size(rng))).astype(np.float32)
    image = Image.fromarray(
        (pixels * rng.uniform(1.2, 2.1) + rng.uniform(0, 30)).clip(0, 255).astype(np.uint8)
    )
    return Made(noisy(rng, image, 3), Verdict.PHOTO)


def soft(rng: random.Random, stock: Stock) -> Made:
    """Out of focus or moved: webcams, sky, backgrounds of close-ups."""
    image = photo_of(rng, stock, _size(rng))
    radius = rng.uniform(0.004, 0.03) * max(image.size)
    blurred = image.filter(ImageFilter.GaussianBlur(radius))
    if rng.random() < 0.5:
        side = min(image.size)
        mask = Image.radial_gradient("L").resize((side, side)).resize(image.size)
        blurred = Image.composite(blurred, image, mask)
    return Made(noisy(rng, blurred, 5), Verdict.PHOTO)


def detail(rng: random.Random, stock: Stock) -> Made:
    """A small part, enlarged: large smooth areas."""
    image = stock.photo(rng)
    side = rng.randint(24, 90)
    left, top = rng.randrange(image.width - side), rng.randrange(image.height - side)
    part = image.crop((left, top, left + side, top + side)).resize(_size(rng), Image.Resampling.BICUBIC)
    return Made(noisy(rng, part, 4), Verdict.PHOTO)


def grey(rng: random.Random, stock: Stock) -> Made:
    """Black and white, or brown as old photos are."""
    image = ImageOps.grayscale(photo_of(rng, stock, _size(rng)))
    if rng.random() < 0.3:
        toned = ImageOps.colorize(image, (40, 24, 10), (255, 240, 214))
        return Made(noisy(rng, toned, 4), Verdict.PHOTO)
    return Made(image.convert("RGB"), Verdict.PHOTO)


def grain(rng: random.Random, stock: Stock) -> Made:
    """A wall, fog, a hand before the lens: little but the noise of a sensor, which no program draws."""
    size = rng.choice(((64, 48), (64, 64), (320, 240), (640, 480), (1280, 720)))
    small = stock.photo(rng).resize((2, 2), Image.Resampling.BOX)
    image = small.resize(size, Image.Resampling.BICUBIC if rng.random() < 0.6 else Image.Resampling.NEAREST)
    if rng.random() < 0.5:
        image = image.crop((0, 0, 1, 1)).resize(size)
    numbers = np.random.default_rng(rng.getrandbits(32))
    noise = numbers.normal(0, rng.uniform(6, 70), (size[1], size[0], rng.choice((1, 3))))
    return Made(Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)), Verdict.PHOTO)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "photo": plain, "photo-on-disk": as_it_is, "photo-bordered": bordered, "photo-dark": dark,
        "photo-bright": bright, "photo-soft": soft, "photo-detail": detail, "photo-grey": grey,
        "photo-grain": grain,
    }
)  # fmt: skip
