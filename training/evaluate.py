"""Scores a model folder on photos with captions, through the path the app itself uses."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.captioner import Captioner
from engine.contract import Caption, CaptionOptions
from engine.images import read_image
from training.data import Example
from training.metrics import Scored
from training.metrics.predictions import Prediction
from training.progress import Progress

_BATCH = 16

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Described:
    """A photo with what the model said of it."""

    example: Example
    caption: Caption

    @property
    def scored(self) -> Scored:
        """Hypothesis and references."""
        return Scored(self.caption.text, self.example.captions)

    @property
    def prediction(self) -> Prediction:
        """Hypothesis and references with the photo."""
        return Prediction(self.example.id, self.scored, self.example.image)


def describe_all(
    captioner: Captioner, examples: Sequence[Example], options: CaptionOptions | None = None
) -> list[Described]:
    """Caption every photo. A photo the gate refuses counts with an empty caption.

    Raises:
        ImageError: a photo cannot be read.
    """
    found: list[Described] = []
    with Progress("describing", total=len(examples)) as progress:
        for part in _parts(examples):
            images = [read_image(example.image) for example in part]
            captions = captioner.caption_batch(images, options)
            found += [Described(*pair) for pair in zip(part, captions, strict=True)]
            progress.advance(len(part))
    refused = sum(item.caption.refused for item in found)
    if refused:
        _log.warning("%d of %d photos were refused and count as empty captions", refused, len(found))
    return found


def _parts(examples: Sequence[Example]) -> Iterator[Sequence[Example]]:
    for start in range(0, len(examples), _BATCH):
        yield examples[start : start + _BATCH]
