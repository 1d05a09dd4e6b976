"""The ``config.json`` of a model folder: everything about a model but its weights.

A folder holds ``config.json``, ``tokenizer.json`` and the networks: ``encoder.onnx`` and ``decoder.onnx`` for
describing on a CPU, ``encoder.fp32.onnx`` and ``decoder.fp32.onnx`` beside them for ONNX Runtime on a GPU,
``model.safetensors`` for torch and for fine-tuning. The config names each file with its SHA-256.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from engine.certainty import Levels
from engine.contract import ModelCorrupt, ModelMismatch, SearchOptions

FORMAT_VERSION = 1

MODEL_FILE = "model.safetensors"
"""Trained weights, as ``engine.checkpoint`` writes them."""

_NUMBERS = re.compile(r"\[\s+([-+.\deE,\s]+?)\s+\]")

GraphPrecision = Literal["int8", "fp32"]

_log = logging.getLogger(__name__)


def is_frozen(net: Mapping[str, Any], part: str) -> bool:
    """Whether a part of a network (``encoder``, ``language_model``) stays as published.

    Such a part is not stored with the model: the config names it with its commit, see ``engine.backbones``.
    """
    return bool(net.get(part, {}).get("frozen", False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """Pixels -> encoder input. Travels with the weights, so that the two cannot drift apart.

    Attributes:
        size: side of the square input in pixels.
        fit: ``squash`` scales the whole picture to the square; ``crop`` scales the short side and
            cuts the middle out (as CLIP does).
        interpolation: antialiased ``bicubic`` or ``bilinear``.
        mean, std: per channel, of values scaled to [0, 1].
    """

    size: int
    fit: Literal["squash", "crop"] = "squash"
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A probability: logistic regression on named features."""

    bias: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """A caption of doubtful worth is compared with what the model says of the middle of the picture.

    Attributes:
        low, high: first probabilities between these are looked at again; outside, a second look changes
            hardly anything and costs as much.
        share: side of the middle that is looked at, as a share of the picture's.
        logistic: on ``first``, the log-odds of the first probability, and ``agreement``.
    """

    low: float
    high: float
    share: float
    logistic: Logistic


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From what the networks know to the confidence, see ``engine.confidence``.

    Attributes:
        bias, weights: logistic regression on named features.
        typical: what the features are on average on validation photos, for explaining.
        projections: more features, each the dot product of the mean prefix embedding (D,) with these D
            numbers.
        photo: probability that the picture is like the photos the model learned from; ``None`` takes
            every picture for such.
        second_look: what is done where the first look leaves doubt.
        levels: which confidence is spoken in which tone.
    """

    bias: float
    weights: Mapping[str, float]
    typical: Mapping[str, float] = field(default_factory=dict)
    projections: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    photo: Logistic | None = None
    second_look: SecondLook | None = None
    levels: Levels = field(default_factory=Levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """One model, as its ``config.json`` says.

    Attributes:
        name: the folder's name and the name on the command line.
        net: architecture and its sizes, the keyword arguments of the network class; names the
            encoder and the language model it was built on.
        preprocessing: pixels -> encoder input.
        end_id: token that ends a sentence.
        pad_id: token that fills batches up.
        generation: search options chosen on validation data.
        calibration: scores -> confidence; ``None`` until fitted.
        licence: under which terms the weights may be used, in words.
        recipe: the recipe file the model was trained by.
        files: file name -> SHA-256 in hex.
        precision: of ``encoder.onnx`` and ``decoder.onnx``.
    """

    name: str
    net: Mapping[str, Any]
    preprocessing: Preprocessing
    end_id: int
    pad_id: int
    generation: SearchOptions = field(default_factory=SearchOptions)
    calibration: Calibration | None = None
    licence: str = ""
    recipe: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    precision: GraphPrecision = "int8"
    format_version: int = FORMAT_VERSION

    def to_json(self) -> str:
        """The text of ``config.json``; ``parse_config`` gives an equal config back."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        # A projection has hundreds of numbers: lists of numbers stay on one line.
        return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def graph_files(precision: GraphPrecision) -> tuple[str, str]:
    """Names of encoder and decoder graph in a folder that has int8 graphs; one with a single kind uses these
    of int8 for it.
    """
    suffix = ".fp32.onnx" if precision == "fp32" else ".onnx"
    return f"encoder{suffix}", f"decoder{suffix}"


def parse_config(text: str, *, source: str) -> ModelConfig:
    """Read the text of a ``config.json``.

    Args:
        text: the JSON.
        source: where it came from, for messages.

    Raises:
        ModelCorrupt: not JSON, or a required key is absent or of the wrong kind.
        ModelMismatch: written for another format version.
    """
    try:
        raw = json.loads(text)
        version = raw["format_version"]
        if version != FORMAT_VERSION:
            raise ModelMismatch(
                f"Cannot read {source}: it has format version {version}, this program reads "
                f"{FORMAT_VERSION}. Install the model or the program anew."
            )
        pre = _known(Preprocessing, raw["preprocessing"], source)
        pre |= {key: tuple(pre[key]) for key in ("mean", "std") if key in pre}
        return ModelConfig(
            **_known(ModelConfig, raw, source)
            | {
                "preprocessing": Preprocessing(**pre),
                "generation": SearchOptions(**_known(SearchOptions, raw.get("generation", {}), source)),
                "calibration": _calibration(raw.get("calibration"), source),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ModelCorrupt(
            f"Cannot read {source}: it is not a valid model configuration ({exc!r}). Install the model anew."
        ) from exc


def _calibration(raw: Mapping[str, Any] | None, source: str) -> Calibration | None:
    if not raw:
        return None
    found = _known(Calibration, raw, source)
    if "projections" in found:
        rows = found["projections"].items()
        found["projections"] = {name: tuple(map(float, row)) for name, row in rows}
    if found.get("photo"):
        found["photo"] = Logistic(**_known(Logistic, found["photo"], source))
    if found.get("second_look"):
        look = _known(SecondLook, found["second_look"], source)
        found["second_look"] = SecondLook(
            **look | {"logistic": Logistic(**_known(Logistic, look["logistic"], source))}
        )
    if "levels" in found:
        found["levels"] = Levels(**_known(Levels, found["levels"], source))
    return Calibration(**found)


def _known(kind: type[Any], raw: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The keys ``kind`` has; others come from a newer program and are reported, not obeyed."""
    names = {item.name for item in fields(kind)}
    unknown = sorted(raw.keys() - names)
    if unknown:
        _log.warning("%s: ignoring unknown keys %s", source, ", ".join(unknown))
    return {key: value for key, value in raw.items() if key in names}
