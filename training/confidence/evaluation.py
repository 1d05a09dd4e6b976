"""Measures a confidence on photos and other pictures it was not fitted on, through the app's own path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.captioner import Captioner
from engine.certainty import Certainty, Levels
from engine.confidence import features, log_odds, probability
from engine.config import Calibration
from engine.contract import Caption, Verdict
from engine.gate import examine
from engine.images import read_image
from training.confidence.choosing import compare
from training.confidence.fitting import Judged, measured
from training.confidence.others import Other
from training.confidence.quality import above_median, quality
from training.confidence.sighting import MOST_PIXELS
from training.evaluate import Described
from training.progress import Progress


@dataclass(frozen=True, slots=True)
class Spoken:
    """Captions of photos that were described.

    Attributes:
        confidence: of each caption.
        quality: CIDEr-D of each.
        good: which are better than the median.
        levels: the model's.
        refused: photos that were not described, left out of the rest.
    """

    confidence: list[float]
    quality: list[float]
    good: list[bool]
    levels: Levels
    refused: int

    @classmethod
    def of(cls, described: Sequence[Described]) -> Spoken:
        """Score captions; document frequencies are those of all references, refused photos included."""
        scores = quality([item.caption.text for item in described], [item.example for item in described])
        kept = [i for i, item in enumerate(described) if not item.caption.refused]
        return cls(
            confidence=[described[i].caption.confidence for i in kept],
            quality=[scores[i] for i in kept],
            good=above_median([scores[i] for i in kept]),
            levels=described[0].caption.levels,
            refused=len(described) - len(kept),
        )

    def tones(self) -> list[Certainty]:
        """The tone of each caption."""
        return [self.levels.certainty(value) for value in self.confidence]


@dataclass(frozen=True, slots=True)
class OthersSpoken:
    """What became of pictures that are no photos.

    Attributes:
        refused: by the gate.
        tones: of those it let pass.
        confidence: of those it let pass.
        ungated: tones of all of them at the first look, had there been no gate.
    """

    refused: int
    tones: Mapping[Certainty, int]
    confidence: list[float]
    ungated: Mapping[Certainty, int]

    @property
    def count(self) -> int:
        """All pictures."""
        return self.refused + len(self.confidence)


def speak_of_others(captioner: Captioner, others: Sequence[Other], calibration: Calibration) -> OthersSpoken:
    """Show a model pictures that are no photos.

    Args:
        captioner: the model, with its gate.
        others: the pictures.
        calibration: the model's.
    """
    passed: list[Caption] = []
    ungated: Counter[Certainty] = Counter()
    with Progress("describing other pictures", total=len(others)) as progress:
        for other in others:
            image = read_image(other.file, max_pixels=MOST_PIXELS)
            (found,) = captioner.find([image])
            first = probability(features(*found, calibration), calibration)
            ungated[calibration.levels.certainty(first)] += 1
            if examine(image) is Verdict.PHOTO:
                passed.append(captioner.caption(image))
            progress.advance(1)
    return OthersSpoken(
        refused=len(others) - len(passed),
        tones=Counter(caption.certainty for caption in passed),
        confidence=[caption.confidence for caption in passed],
        ungated=ungated,
    )


def compare_methods(validation: Judged, calibration: Calibration) -> dict[str, tuple[float, float]]:
    """See ``choosing.compare``; the score is the log-odds of the first look."""
    scores = [log_odds(measured(sighting, calibration), calibration) for sighting in validation.seen]
    return compare(scores, validation.good)
