"""What of a picture is described, and that the photos on a screen are described in one pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.contract import Caption, Pixels, Region, RegionCaption, Verdict
from engine.images import read_image
from engine.subjects import MOST_PHOTOS, find_subject
from tests.engine.test_captioner import MeanEncoder, fake
from tests.engine.test_regions import SAMPLES, page, put
from training.gate.scoring import overlap

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def screen(photos: int) -> tuple[Pixels, list[Region]]:
    """A text page with photos of falling size, in two rows."""
    image = page(size=(1600, 1000))
    boxes = [
        put(image, i, (80 + i % 2 * 760, 60 + i // 2 * 480, 640 - 60 * i, 400 - 30 * i))
        for i in range(photos)
    ]
    return np.array(image), boxes


def test_a_photo_is_its_own_subject() -> None:
    image = read_image(SAMPLES[0])
    subject = find_subject(image)
    assert (subject.verdict, subject.regions) == (Verdict.PHOTO, ())
    assert subject.photos[0] is image


def test_the_largest_photos_of_a_screen_are_subjects() -> None:
    image, boxes = screen(4)
    subject = find_subject(image)
    assert subject.verdict is Verdict.MIXED
    assert len(subject.regions) == MOST_PHOTOS
    for found, wanted, photo in zip(subject.regions, boxes, subject.photos, strict=False):
        assert overlap(found, wanted) > 0.8
        assert photo.shape == (found.height, found.width, 3)


@pytest.mark.parametrize("name", ["settings-dark", "guide-light"])
def test_a_window_has_no_subject(name: str) -> None:
    subject = find_subject(read_image(SCREENSHOTS / f"{name}.png"))
    assert subject.verdict in (Verdict.INTERFACE, Verdict.TEXT)
    assert (subject.photos, subject.regions) == ((), ())


def test_photos_on_screens_are_described_with_all_others() -> None:
    """GIVEN a photo, a screen with two and a black picture, THEN three photos go through the networks."""
    image, boxes = screen(2)
    encoder = MeanEncoder()
    photo = read_image(SAMPLES[2])
    alone = fake().caption(photo)
    whole, mixed, black = fake(encoder=encoder).caption_batch([photo, image, np.zeros((48, 64, 3), np.uint8)])
    assert encoder.batches[0] == 3
    assert (whole.text, whole.regions) == (alone.text, ())
    assert (mixed.text, mixed.verdict, mixed.refused) == ("", Verdict.MIXED, True)
    for said, box in zip(mixed.regions, boxes, strict=True):
        assert overlap(said.region, box) > 0.8
    assert all(said.text.startswith("Mot") and 0 < said.confidence < 1 for said in mixed.regions)
    assert (black.verdict, black.regions) == (Verdict.BLACK, ())


def test_a_caption_is_of_the_whole_or_of_regions() -> None:
    said = RegionCaption(region=Region(left=0, top=0, width=9, height=9), text="một con mèo", confidence=0.5)
    with pytest.raises(ValueError, match="without regions"):
        Caption(text="chó", confidence=0.5, verdict=Verdict.PHOTO, model="m", regions=(said,))
    with pytest.raises(ValueError, match="cannot have a text"):
        Caption(text="chó", confidence=0.5, verdict=Verdict.MIXED, model="m", regions=(said,))


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, 0, 0, 5)])
def test_a_region_lies_in_a_picture(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="region"):
        Region(left=box[0], top=box[1], width=box[2], height=box[3])
