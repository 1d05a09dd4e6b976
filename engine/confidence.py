"""Raw scores of the search -> a probability that the caption is a good one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from engine.config import Calibration
from engine.search import Hypothesis


def features(found: Sequence[Hypothesis]) -> dict[str, float]:
    """What the search knows about its best hypothesis.

    Args:
        found: hypotheses of one picture, best first, at least one.

    Returns:
        ``mean_log_prob`` and ``min_log_prob`` of the best one's tokens (natural logarithm),
        ``margin``: its lead in log-probability over the next one, 0 when there is none,
        ``length``: its tokens.
    """
    best = found[0]
    margin = best.log_prob - found[1].log_prob if len(found) > 1 else 0.0
    return {
        "mean_log_prob": best.log_prob / len(best.token_log_probs),
        "min_log_prob": min(best.token_log_probs),
        "margin": margin,
        "length": float(len(best.tokens)),
    }


def probability(measured: Mapping[str, float], calibration: Calibration | None) -> float:
    """Calibrated probability in [0, 1].

    Args:
        measured: what ``features`` gave.
        calibration: logistic regression fitted on validation photos. Without one the geometric mean
            of the token probabilities is returned, which ranks captions but is not a probability.
    """
    if calibration is None:
        return math.exp(min(0.0, measured["mean_log_prob"]))
    logit = calibration.bias + sum(weight * measured[name] for name, weight in calibration.weights.items())
    return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, logit))))
