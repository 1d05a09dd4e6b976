"""What happens to pictures on their way: scaled, cut, saved as JPEG, without colour."""

from __future__ import annotations

import io
import random
from dataclasses import replace

from PIL import Image, ImageOps

from engine.contract import Region, Verdict
from training.gate.made import Made

_LARGEST_PX, _SMALLEST_PX = 2600, 64


def spoil(rng: random.Random, made: Made) -> Made:
    """The same picture after a journey; its kind stays, its photos move along."""
    if made.kind in (Verdict.TEXT, Verdict.INTERFACE, Verdict.DRAWING) and rng.random() < 0.35:
        made = _cut(rng, made)
    if rng.random() < 0.5:
        made = _scaled(rng, made)
    image = made.image
    if rng.random() < 0.07:
        image = ImageOps.grayscale(image).convert("RGB")
    if rng.random() < 0.5:
        image = as_jpeg(image, rng.randint(30, 95), colours_halved=rng.random() < 0.7)
    return replace(made, image=image)


def as_jpeg(image: Image.Image, quality: int, *, colours_halved: bool) -> Image.Image:
    """Saved as JPEG and read again."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=2 if colours_halved else 0)
    return Image.open(buffer).convert("RGB")


def _cut(rng: random.Random, made: Made) -> Made:
    share = rng.uniform(0.4, 0.95)
    width, height = (max(_SMALLEST_PX, int(side * share)) for side in made.image.size)
    left = rng.randint(0, max(0, made.image.width - width))
    top = rng.randint(0, max(0, made.image.height - height))
    cut = made.image.crop(
        (left, top, min(left + width, made.image.width), min(top + height, made.image.height))
    )
    return replace(made, image=cut)


def _scaled(rng: random.Random, made: Made) -> Made:
    width, height = made.image.size
    low = max(0.3, _SMALLEST_PX / min(width, height))
    high = max(low, min(3.0, _LARGEST_PX / max(width, height)))
    factor = rng.choice((0.5, 0.67, 0.75, 1.25, 1.5, 2.0, rng.uniform(0.3, 1.0), rng.uniform(0.3, 3.0)))
    factor = min(high, max(low, factor))
    how = rng.choice((Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS))
    if rng.random() < 0.15:
        how = Image.Resampling.NEAREST
    image = made.image.resize((max(1, round(width * factor)), max(1, round(height * factor))), how)
    photos = tuple(_moved(region, factor, image.size) for region in made.photos)
    return replace(made, image=image, photos=photos)


def _moved(region: Region, factor: float, size: tuple[int, int]) -> Region:
    left, top = round(region.left * factor), round(region.top * factor)
    return Region(
        left=min(left, size[0] - 1),
        top=min(top, size[1] - 1),
        width=max(1, min(round(region.width * factor), size[0] - left)),
        height=max(1, min(round(region.height * factor), size[1] - top)),
    )
