"""What the networks know of a caption -> a calibrated probability that it is a good one.

The confidence is the product of two probabilities: that the picture is like the photos the model learned
from, and that the caption of such a photo is better than the model's median. Both are logistic regressions,
fitted by ``training.confidence`` on photos and on other pictures that the model never saw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from engine.config import Calibration, Logistic
from engine.contract import Floats, ModelMismatch
from engine.search import Hypothesis


def features(
    found: Sequence[Hypothesis], prefix: Floats | None = None, calibration: Calibration | None = None
) -> dict[str, float]:
    """What the search knows about its best hypothesis, and what the encoder saw.

    Args:
        found: hypotheses of one picture, best first, at least one.
        prefix: (D,) mean of its prefix embeddings.
        calibration: its projections of the prefix are features too.

    Returns:
        ``mean_log_prob`` and ``min_log_prob`` of the best one's tokens (natural logarithm),
        ``margin``: its lead in log-probability over the next one, 0 when there is none,
        ``length``: its tokens; and one number for each projection.

    Raises:
        ModelMismatch: a projection is for prefix embeddings of another width.
    """
    best = found[0]
    margin = best.log_prob - found[1].log_prob if len(found) > 1 else 0.0
    measured = {
        "mean_log_prob": best.log_prob / len(best.token_log_probs),
        "min_log_prob": min(best.token_log_probs),
        "margin": margin,
        "length": float(len(best.tokens)),
    }
    if prefix is None or calibration is None:
        return measured
    return measured | {name: _dot(row, prefix, name) for name, row in calibration.projections.items()}


def _dot(row: Sequence[float], prefix: Floats, name: str) -> float:
    if len(row) != len(prefix):
        raise ModelMismatch(
            f"The confidence's projection {name} is for prefix embeddings of width {len(row)}, the model's "
            f"have width {len(prefix)}. Install the model anew."
        )
    return float(np.asarray(row) @ prefix)


def probability(measured: Mapping[str, float], calibration: Calibration | None) -> float:
    """Calibrated probability in [0, 1].

    Args:
        measured: what ``features`` gave, and ``agreement`` where there was a second look.
        calibration: fitted on validation photos. Without one the geometric mean of the token probabilities
            is returned, which ranks captions but is not a probability.
    """
    if calibration is None:
        return math.exp(min(0.0, measured["mean_log_prob"]))
    logit = log_odds(measured, calibration)
    look = calibration.second_look
    if look is not None and "agreement" in measured:
        logit = log_odds({"first": logit, "agreement": measured["agreement"]}, look.logistic)
    return sigmoid(logit) * like_a_photo(measured, calibration)


def like_a_photo(measured: Mapping[str, float], calibration: Calibration) -> float:
    """Probability in [0, 1] that the picture is like the photos the model learned from."""
    return 1.0 if calibration.photo is None else sigmoid(log_odds(measured, calibration.photo))


def contributions(measured: Mapping[str, float], calibration: Calibration) -> dict[str, float]:
    """By how much each feature moved the log-odds of the first look away from those of a typical photo."""
    return {
        name: weight * (measured[name] - calibration.typical.get(name, 0.0))
        for name, weight in calibration.weights.items()
    }


def log_odds(measured: Mapping[str, float], logistic: Logistic | Calibration) -> float:
    """Bias and weighted features of a logistic regression."""
    return logistic.bias + sum(weight * measured[name] for name, weight in logistic.weights.items())


def sigmoid(logit: float) -> float:
    """Log-odds -> probability."""
    return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, logit))))
