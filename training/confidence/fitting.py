"""Fits a model's confidence.

1. Which captions are good is learned from the training photos, of which there are many: a ridge regression
   from the search's features and the mean prefix embedding to the rank of CIDEr-D. The model learned from
   these photos too, so the numbers flatter it; their order carries over.
2. What the result means as a probability is learned from validation photos (Platt): two numbers.
3. Where that leaves doubt, so is what agreement with the middle of the picture adds.
4. How pictures of other kinds differ from photos is learned from training photos and from made pictures,
   whatever the gate says of them: this is for those it lets pass.
5. The levels are chosen on validation photos, with probabilities by fits that left the photo out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.certainty import Levels
from engine.confidence import like_a_photo, log_odds, probability, sigmoid
from engine.config import Calibration, Logistic, SecondLook
from training.calibrate import Array, calibrate
from training.confidence.levels import choose_levels
from training.confidence.quality import above_median, normal_scores
from training.confidence.sighting import Sighting

MIDDLE = 0.8
"""Side of the middle of a picture that a second look is at."""

DOUBT = (0.5, 0.8)
"""Confidences that a second look is taken at: a quarter of the photos, those that may or may not be said
plainly. Looking at all of them would bring little more and cost everybody a second description."""

RIDGE_PER_PHOTO = 0.05
"""Of the regression on training photos; on validation photos 0.02 to 0.15 make no difference."""

_PHOTO_RIDGE = 100.0
_FOLDS = 10
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """Photos of one split with what the model says and what that is worth.

    Attributes:
        seen: the photos.
        quality: CIDEr-D of their captions.
    """

    seen: Sequence[Sighting]
    quality: Sequence[float]

    @property
    def good(self) -> list[bool]:
        """Which captions are better than the median."""
        return above_median(self.quality)


def fit(training: Judged, validation: Judged, others: Sequence[Sighting]) -> Calibration:
    """Fit a calibration; see the top of this module.

    Args:
        training: photos the model learned from.
        validation: photos it did not, with ``agreement``.
        others: pictures that are no photos; none makes the confidence take everything for a photo.
    """
    first = first_look(training, validation)
    rows = [measured(sighting, first) for sighting in validation.seen]
    calibration = replace(
        first,
        typical={name: round(float(np.mean([row[name] for row in rows])), _DIGITS) for name in first.weights},
        second_look=second_look(rows, validation, first),
    )
    if others:
        calibration = _with_photo(calibration, training.seen, others)
    return replace(calibration, levels=_levels(calibration, validation))


def measured(sighting: Sighting, calibration: Calibration) -> dict[str, float]:
    """The features of a picture, projections of a calibration included."""
    rows = calibration.projections.items()
    return {**sighting.features} | {name: float(np.asarray(row) @ sighting.prefix) for name, row in rows}


def confidence(sighting: Sighting, calibration: Calibration) -> float:
    """What the captioner would give: a second look where the first leaves doubt."""
    row = measured(sighting, calibration)
    sure = probability(row, calibration)
    look = calibration.second_look
    if look is None or not look.low <= sure <= look.high:
        return sure
    return probability(row | {"agreement": sighting.agreement}, calibration)


def first_look(training: Judged, validation: Judged) -> Calibration:
    """Steps 1 and 2."""
    names = sorted(training.seen[0].features)
    values = _values(training.seen, names)
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    weights = _ridge((values - mean) / deviation, normal_scores(training.quality)) / deviation
    scores = _values(validation.seen, names) @ weights
    platt = calibrate([{"score": score} for score in scores], validation.good)
    scale = platt.weights["score"]
    picture = scale * weights[len(names) :]
    return Calibration(
        bias=round(platt.bias, _DIGITS),
        weights={
            **{name: round(float(scale * w), _DIGITS) for name, w in zip(names, weights, strict=False)},
            "picture": 1.0,
        },
        projections={"picture": tuple(round(float(w), _DIGITS) for w in picture)},
    )


def second_look(rows: Sequence[dict[str, float]], validation: Judged, first: Calibration) -> SecondLook:
    """Step 3."""
    both = [
        {"first": log_odds(row, first), "agreement": sighting.agreement}
        for row, sighting in zip(rows, validation.seen, strict=True)
    ]
    low, high = DOUBT
    return SecondLook(low=low, high=high, share=MIDDLE, logistic=calibrate(both, validation.good))


def _with_photo(
    calibration: Calibration, photos: Sequence[Sighting], others: Sequence[Sighting]
) -> Calibration:
    """Step 4. Both kinds count the same as wholes."""
    every = [*photos, *others]
    rows = [{str(i): float(x) for i, x in enumerate(sighting.prefix)} for sighting in every]
    kinds = [True] * len(photos) + [False] * len(others)
    share = len(photos) / len(others)
    fitted = calibrate(
        rows, kinds, ridge=_PHOTO_RIDGE, importance=[1.0 if photo else share for photo in kinds]
    )
    row = tuple(round(fitted.weights[str(i)], _DIGITS) for i in range(len(photos[0].prefix)))
    return replace(
        calibration,
        projections={**calibration.projections, "photo": row},
        photo=Logistic(bias=round(fitted.bias, _DIGITS), weights={"photo": 1.0}),
    )


def _levels(calibration: Calibration, validation: Judged) -> Levels:
    left_out = without_own(calibration, validation)
    return choose_levels(left_out, validation.quality, validation.good)


def without_own(calibration: Calibration, validation: Judged) -> list[float]:
    """Confidence of each validation photo by steps 2 and 3 fitted on the other ones (10 folds)."""
    rows = [measured(sighting, calibration) for sighting in validation.seen]
    first = np.array([log_odds(row, calibration) for row in rows])
    alike = np.array([sighting.agreement for sighting in validation.seen])
    good = validation.good
    found = np.zeros(len(rows))
    for fold in np.array_split(np.random.default_rng(0).permutation(len(rows)), _FOLDS):
        rest = np.setdiff1d(np.arange(len(rows)), fold)
        kept = [good[i] for i in rest]
        platt = calibrate([{"score": first[i]} for i in rest], kept)
        both = calibrate([{"first": first[i], "agreement": alike[i]} for i in rest], kept)
        for i in fold:
            found[i] = sigmoid(log_odds({"score": first[i]}, platt))
            if DOUBT[0] <= found[i] <= DOUBT[1]:
                found[i] = sigmoid(log_odds({"first": first[i], "agreement": alike[i]}, both))
            found[i] *= like_a_photo(rows[i], calibration)
    return found.tolist()


def _values(seen: Sequence[Sighting], names: Sequence[str]) -> Array:
    """(N, features + D): the search's features, then the prefix."""
    return np.array([[*(one.features[name] for name in names), *one.prefix] for one in seen], float)


def _ridge(values: Array, target: Array) -> Array:
    """Weights of standardised values."""
    penalty = RIDGE_PER_PHOTO * len(values) * np.eye(values.shape[1])
    weights: Array = np.linalg.solve(values.T @ values + penalty, values.T @ (target - target.mean()))
    return weights
