"""The small networks of the gate: standardised inputs, rectified layers, several fits averaged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.contract import Floats

FILE = Path(__file__).with_name("gate.json")
"""The fitted networks; written by ``python -m training gate --fit``."""

_ROWS = 256
"""Products of this size are computed in the calling thread. For larger ones BLAS wakes threads of its own,
which then wait for more without resting and take a core from the captioner's networks."""

REACH = 4.0
"""Inputs are cut off so many standard deviations from the mean: what was never seen must not shout."""


@dataclass(frozen=True, slots=True)
class Network:
    """Rectified layers over standardised inputs.

    Attributes:
        inputs: names of the inputs, in order.
        outputs: names of the outputs, in order.
        mean, scale: of the inputs, each (inputs,).
        members: fits from different starts, each a list of layers (weights (in, out), bias (out,)).
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    mean: Floats
    scale: Floats
    members: tuple[tuple[tuple[Floats, Floats], ...], ...]

    def probabilities(self, values: Floats) -> Floats:
        """(N, inputs) -> (N, outputs): softmax, averaged over the members."""
        parts = [values[start : start + _ROWS] for start in range(0, len(values), _ROWS)]
        return np.concatenate([self._probabilities(part) for part in parts])

    def _probabilities(self, values: Floats) -> Floats:
        standard = np.clip((values - self.mean) / self.scale, -REACH, REACH)
        total = sum((_softmax(_run(member, standard)) for member in self.members), np.float32(0))
        return np.asarray(total / len(self.members), np.float32)


def _run(layers: Sequence[tuple[Floats, Floats]], values: Floats) -> Floats:
    for number, (weights, bias) in enumerate(layers):
        values = values @ weights + bias
        if number + 1 < len(layers):
            values = np.maximum(values, 0)
    return values


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    normalised: Floats = powers / powers.sum(axis=1, keepdims=True)
    return normalised


@cache
def networks() -> tuple[Network, Network]:
    """The networks for cells and for pictures."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    return from_json(raw["cells"]), from_json(raw["pictures"])


def from_json(raw: Mapping[str, Any]) -> Network:
    """What ``to_json`` made."""
    members = tuple(
        tuple(
            (np.array(layer["weights"], np.float32), np.array(layer["bias"], np.float32)) for layer in member
        )
        for member in raw["members"]
    )
    inputs, outputs = tuple(raw["inputs"]), tuple(raw["outputs"])
    return Network(inputs, outputs, _array(raw["mean"]), _array(raw["scale"]), members)


def _array(numbers: Any) -> Floats:
    return np.array(numbers, np.float32)


def to_json(network: Network) -> dict[str, Any]:
    """As plain numbers, four digits each."""
    return {
        "inputs": list(network.inputs),
        "outputs": list(network.outputs),
        "mean": _short(network.mean),
        "scale": _short(network.scale),
        "members": [
            [{"weights": _short(weights), "bias": _short(bias)} for weights, bias in member]
            for member in network.members
        ],
    }


def _short(values: Floats) -> Any:
    if values.ndim > 1:
        return [_short(row) for row in values]
    return [float(f"{value:.4g}") for value in values]
