"""Fits the gate's two networks: one tells the cells of photos, one the kinds of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.contract import Floats, Verdict
from engine.gate_cells import CELL_FEATURES, with_context
from engine.gate_features import photo_features
from engine.gate_network import REACH, Network
from training.gate.measuring import UNKNOWN, Measured

KINDS = (
    Verdict.BLANK, Verdict.TEXT, Verdict.INTERFACE, Verdict.DRAWING, Verdict.MIXED, Verdict.PHOTO,
)  # fmt: skip
"""What the network tells apart; black and one colour are seen without it."""

_CELLS_PER_PICTURE = 60

_INPUT_NOISE = 0.15
"""Standard deviations added to the inputs while fitting: what is almost the same must not count for much."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How one network is fitted.

    Attributes:
        hidden: units of the hidden layers.
        members: fits to average.
        epochs: passes over the data.
        batch: rows per step.
        decay: weight decay.
    """

    hidden: tuple[int, ...]
    members: int
    epochs: int
    batch: int
    decay: float


CELLS = FitOptions(hidden=(24, 12), members=1, epochs=8, batch=512, decay=1e-3)
PICTURES = FitOptions(hidden=(24,), members=4, epochs=80, batch=128, decay=0.02)


def fit_cells(measured: Sequence[Measured], seed: int) -> Network:
    """The network that tells cells of photos from all others."""
    rng = np.random.default_rng(seed)
    values, labels = [], []
    for one in measured:
        if one.entry.kind in (Verdict.BLACK, Verdict.UNIFORM):
            continue
        known = np.flatnonzero(one.labels.ravel() != UNKNOWN)
        chosen = rng.permutation(known)[:_CELLS_PER_PICTURE]
        cells = with_context(one.own.astype(np.float32)).reshape(-1, len(CELL_FEATURES))
        values.append(cells[chosen])
        labels.append(one.labels.ravel()[chosen])
    rows = np.concatenate(values), np.concatenate(labels).astype(np.int64)
    return fit_network((CELL_FEATURES, ("other", "photo")), *rows, CELLS, seed)


def photo_map(cells: Network, own: NDArray[np.floating]) -> Floats:
    """Probability of each cell to be part of a photo, (rows, columns)."""
    values = with_context(own.astype(np.float32))
    probabilities = cells.probabilities(values.reshape(-1, values.shape[2]))
    photo: Floats = probabilities[:, 1].reshape(values.shape[:2])
    return photo


def picture_rows(cells: Network, measured: Sequence[Measured]) -> tuple[tuple[str, ...], Floats]:
    """Names and values of the inputs of the network for pictures, (pictures, inputs)."""
    rows = [
        {**one.features, **photo_features(photo_map(cells, one.own), one.own.astype(np.float32))}
        for one in measured
    ]
    names = tuple(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows], np.float32)


def fit_pictures(cells: Network, measured: Sequence[Measured], seed: int) -> Network:
    """The network that tells the kinds of pictures apart."""
    known = [one for one in measured if one.entry.kind in KINDS]
    names, values = picture_rows(cells, known)
    labels = np.array([KINDS.index(one.entry.kind) for one in known])
    return fit_network((names, tuple(KINDS)), values, labels, PICTURES, seed)


def fit_network(
    names: tuple[tuple[str, ...], tuple[str, ...]],
    values: Floats,
    labels: NDArray[np.int64],
    options: FitOptions,
    seed: int,
) -> Network:
    """Fit and average.

    Args:
        names: of inputs and outputs.
        values: (N, inputs).
        labels: index of the right output, (N,).
        options: how.
        seed: decides everything.
    """
    inputs, outputs = names
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    standard = torch.from_numpy(((values - mean) / scale).clip(-REACH, REACH).astype(np.float32))
    target = torch.from_numpy(labels)
    counts = np.bincount(labels, minlength=len(outputs)).astype(np.float32)
    weights = torch.from_numpy(np.sqrt(counts.sum() / np.maximum(counts, 1) / len(outputs)))
    members = tuple(
        _fit_member((standard, target, weights), len(outputs), options, seed + number)
        for number in range(options.members)
    )
    return Network(inputs, outputs, mean.astype(np.float32), scale.astype(np.float32), members)


def _fit_member(
    data: tuple[torch.Tensor, torch.Tensor, torch.Tensor], outputs: int, options: FitOptions, seed: int
) -> tuple[tuple[Floats, Floats], ...]:
    values, target, weights = data
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    sizes = (values.shape[1], *options.hidden, outputs)
    layers = [nn.Linear(size, following) for size, following in pairwise(sizes)]
    network = nn.Sequential(*(module for layer in layers for module in (layer, nn.ReLU())))[:-1]
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=options.decay)
    steps = options.epochs * -(-len(values) // options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    loss = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.03)
    for _ in range(options.epochs):
        for chosen in torch.split(torch.randperm(len(values), generator=generator), options.batch):
            batch = values[chosen]
            batch = batch + _INPUT_NOISE * torch.randn(batch.shape, generator=generator)
            optimiser.zero_grad()
            loss(network(batch), target[chosen]).backward()
            optimiser.step()
            schedule.step()
    return tuple(
        (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()) for layer in layers
    )
