"""What a model sees in pictures and says of them, whatever the gate thinks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.captioner import Captioner
from engine.confidence import features
from engine.contract import Floats
from engine.images import read_image
from training.progress import Progress

_BATCH = 16

MOST_PIXELS = 1_000_000
"""As the command line reads pictures."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One picture.

    Attributes:
        text: what the model says.
        features: of the search, see ``engine.confidence.features``.
        prefix: (D,) mean prefix embedding.
        agreement: with what it says of the middle; 1 where that was not asked for.
    """

    text: str
    features: Mapping[str, float]
    prefix: Floats
    agreement: float = 1.0


def sight(captioner: Captioner, files: Sequence[Path], share: float | None = None) -> list[Sighting]:
    """Let a model look at pictures.

    Args:
        captioner: the model.
        files: picture files.
        share: size of the middle that is looked at too, see ``engine.second_look``; ``None`` does not.

    Raises:
        ImageError: a picture cannot be read.
    """
    seen: list[Sighting] = []
    with Progress("looking", total=len(files)) as progress:
        for part in _parts(files):
            images = [read_image(file, max_pixels=MOST_PIXELS) for file in part]
            found = captioner.find(images)
            texts = [captioner.sentence(one.hypotheses[0]) for one in found]
            alike = [1.0] * len(part) if share is None else captioner.agreements(images, texts, share)
            seen += [
                Sighting(text, features(one.hypotheses), one.prefix, agreement)
                for text, one, agreement in zip(texts, found, alike, strict=True)
            ]
            progress.advance(len(part))
    return seen


def _parts(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(files), _BATCH):
        yield files[start : start + _BATCH]
