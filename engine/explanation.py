"""Why a picture was described as it was: everything the verdict and the confidence were computed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import confidence
from engine.config import ModelConfig
from engine.contract import Caption, Pixels, RegionCaption
from engine.gate import look

_DIGITS = 4


def explain(image: Pixels, caption: Caption, config: ModelConfig) -> dict[str, Any]:
    """What JSON can hold of it.

    Args:
        image: RGB, uint8, (H, W, 3).
        caption: what was said of it.
        config: of the model that said it.

    Returns:
        ``verdict``; ``gate``: ``scores`` of each kind of picture and ``features``; ``text``, the best guess
        even where it is not said; ``confidence``, ``certainty`` and the ``levels`` between the tones;
        ``reasons``, see ``_reasons``; ``alternatives``; ``regions``; ``timings_ms``; ``model``.
    """
    seen = look(image)
    levels = caption.levels
    return {
        "verdict": str(caption.verdict),
        "gate": {"scores": _rounded(seen.scores), "features": _rounded(seen.features)},
        "text": caption.text,
        "confidence": round(caption.confidence, _DIGITS),
        "certainty": None if caption.refused else str(caption.certainty),
        "levels": {"sure": levels.sure, "fairly_sure": levels.fairly_sure, "unsure": levels.unsure},
        "reasons": _reasons(caption, config),
        "alternatives": list(caption.alternatives),
        "regions": [_region(region, caption) for region in caption.regions],
        "timings_ms": dict(caption.timings_ms),
        "model": caption.model,
    }


def _reasons(caption: Caption, config: ModelConfig) -> dict[str, Any]:
    """``features``; their ``contributions`` to the log-odds, against a typical photo; ``first_log_odds``;
    ``like_a_photo``, a probability. Only features where there was nothing to say or nothing was fitted.
    """
    reasons: dict[str, Any] = {"features": _rounded(caption.features)}
    calibration = config.calibration
    if calibration is None or not caption.features:
        return reasons
    return reasons | {
        "contributions": _rounded(confidence.contributions(caption.features, calibration)),
        "first_log_odds": round(confidence.log_odds(caption.features, calibration), _DIGITS),
        "like_a_photo": round(confidence.like_a_photo(caption.features, calibration), _DIGITS),
    }


def _region(found: RegionCaption, caption: Caption) -> dict[str, Any]:
    place = found.region
    return {
        "left": place.left,
        "top": place.top,
        "width": place.width,
        "height": place.height,
        "text": found.text,
        "confidence": round(found.confidence, _DIGITS),
        "certainty": str(caption.levels.certainty(found.confidence)),
        "alternatives": list(found.alternatives),
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {str(name): round(float(value), _DIGITS) for name, value in values.items()}
