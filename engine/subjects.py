"""What of a picture is described: all of a photo, the photos on a screen, nothing of the rest."""

from __future__ import annotations

from dataclasses import dataclass

from engine.contract import Pixels, Region, Verdict
from engine.gate import look
from engine.regions import regions_of

MOST_PHOTOS = 3
"""More than three sentences about a screen are not listened to, and each takes time."""

_SCREENS = (Verdict.MIXED, Verdict.INTERFACE, Verdict.TEXT)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is described of one picture.

    Attributes:
        verdict: the kind of picture.
        photos: what the networks are given: the picture itself, or the photos on it.
        regions: where these are; none where the picture itself is the photo.
    """

    verdict: Verdict
    photos: tuple[Pixels, ...] = ()
    regions: tuple[Region, ...] = ()


def find_subject(image: Pixels) -> Subject:
    """Look at a picture and choose.

    Args:
        image: RGB, uint8, (H, W, 3).
    """
    seen = look(image)
    if seen.verdict is Verdict.PHOTO:
        return Subject(seen.verdict, (image,))
    if seen.verdict not in _SCREENS:
        return Subject(seen.verdict)
    regions = regions_of(image, seen)[:MOST_PHOTOS]
    return Subject(seen.verdict, tuple(region.of(image) for region in regions), regions)
