"""The training loop: stage after stage, resumable at any step."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.batches import random_for
from training.objectives import Objective
from training.progress import Progress
from training.recipe import Stage
from training.run_state import (
    RunProgress,
    load_state,
    optimiser_tensors,
    restore_optimiser,
    save_state,
)

STATE_FILE = "state.safetensors"
HISTORY_FILE = "history.csv"

SAVE_EVERY_S = 300.0
"""A kill costs at most this much training."""

MAX_GRADIENT_NORM = 1.0

_log = logging.getLogger(__name__)

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a network is put through.

    Attributes:
        stages: in order.
        objective: makes the objective of a stage, when the stage begins.
        validate: score of the network in evaluation mode, the higher the better; ``None`` where a stage's
            last weights are simply kept.
        seed: of everything random.
        folder: where state and history are kept.
        published: prefixes of parameters that stay as published; the state leaves them out.
    """

    stages: Sequence[Stage]
    objective: Callable[[Stage], Objective]
    validate: Callable[[Stage], float | None]
    seed: int
    folder: Path
    published: tuple[str, ...] = ()


def train(network: nn.Module, plan: Plan) -> None:
    """Put a network through all stages, or through those that an earlier, stopped call has left.

    A stopped run goes on exactly as if it had not been stopped. Each stage ends with the weights of its best
    epoch.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)  # numbers below 1e-38 would slow a CPU down a hundredfold
    progress, groups = load_state(plan.folder / STATE_FILE) or (RunProgress(), {})
    if groups:
        _log.info("going on at stage %d, epoch %d, step %d", progress.stage, progress.epoch, progress.step)
        network.load_state_dict(groups["network"], strict=False)
    while progress.stage < len(plan.stages):
        _StageRun(network, plan, progress, groups).execute()
        groups = {}


def learning_rate_factor(step: int, total: int, warmup: float) -> float:
    """Share of the peak learning rate: a linear rise over ``warmup`` of all steps, then a cosine to 0."""
    rise = max(1, round(warmup * total))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, total - rise)))


class _StageRun:
    """One stage of one run."""

    def __init__(
        self, network: nn.Module, plan: Plan, progress: RunProgress, groups: dict[str, Tensors]
    ) -> None:
        self._network, self._plan, self._progress = network, plan, progress
        self._stage = plan.stages[progress.stage]
        self._objective = plan.objective(self._stage)
        self._trained = freeze_all_but(network, self._stage.train)
        self._names = {id(parameter): name for name, parameter in self._trained.items()}
        self._optimiser = _optimiser(self._trained, self._stage)
        restore_optimiser(self._optimiser, self._names, groups)
        copies = {name: parameter.detach().clone() for name, parameter in self._trained.items()}
        averages = {name: value.to(copies[name].device) for name, value in groups.get("average", {}).items()}
        self._average: Tensors = (averages or copies) if self._stage.ema else {}
        self._best: Tensors = groups.get("best", {})
        self._saved_at = time.monotonic()
        set_dropout(network, self._stage.dropout)

    def execute(self) -> None:
        """Run the epochs that are left, then take the best weights and move on to the next stage."""
        stage, progress = self._stage, self._progress
        counts = (
            sum(p.numel() for p in self._trained.values()),
            sum(p.numel() for p in self._network.parameters()),
        )
        _log.info("stage %s: training %.2f M of %.2f M parameters", stage.name, *(n / 1e6 for n in counts))
        for epoch in range(progress.epoch, stage.epochs):
            self._epoch(epoch)
        if self._best:
            self._network.load_state_dict(self._best, strict=False)
        progress.stage, progress.epoch, progress.step, progress.best = progress.stage + 1, 0, 0, -1.0
        self._best, self._average = {}, {}
        self._optimiser.state.clear()
        self._save()

    def _epoch(self, epoch: int) -> None:
        progress, stage = self._progress, self._stage
        batches = self._objective.batches(self._random(epoch))
        began = time.monotonic()
        title = f"{stage.name} {epoch + 1}/{stage.epochs}"
        with Progress(title, total=len(batches), start=progress.step) as bar:
            for step in range(progress.step, len(batches)):
                loss = self._step(epoch, step, len(batches), batches[step])
                progress.step, progress.loss_sum = step + 1, progress.loss_sum + loss
                bar.advance(1, f"loss {progress.loss_sum / progress.step:.3f}")
                if time.monotonic() - self._saved_at > SAVE_EVERY_S:
                    self._save()
        loss = progress.loss_sum / len(batches)
        score = self._validate()
        if score is None or score > progress.best:
            progress.best = score or 0.0
            current = self._average or self._trained
            self._best = {name: value.detach().clone() for name, value in current.items()}
        seconds = round(time.monotonic() - began)
        row: dict[str, float | int | str] = {
            "stage": stage.name,
            "epoch": epoch + 1,
            "loss": round(loss, 4),
            "score": score or 0.0,
            "seconds": seconds,
        }
        _log.info("%s: loss %.4f, validation score %s, %d s", title, loss, score, seconds)
        progress.history.append(row)
        progress.epoch, progress.step, progress.loss_sum = epoch + 1, 0, 0.0
        self._save()

    def _step(self, epoch: int, step: int, steps: int, batch: list[int]) -> float:
        done, total = epoch * steps + step, self._stage.epochs * steps
        factor = learning_rate_factor(done, total, self._stage.warmup)
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        random = self._random(epoch, step + 1)
        torch.manual_seed(int(random.integers(2**62)))  # dropout and sampling
        self._network.train()
        loss = self._objective.loss(batch, random)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trained.values(), MAX_GRADIENT_NORM)
        self._optimiser.step()
        self._follow(done)
        return float(loss.detach())

    @torch.no_grad()
    def _follow(self, done: int) -> None:
        """Move the average towards the weights; early on it forgets its random start quickly."""
        decay = min(self._stage.ema, (1 + done) / (10 + done))
        for name, average in self._average.items():
            average.lerp_(self._trained[name], 1 - decay)

    def _validate(self) -> float | None:
        """Score of the averaged weights."""
        with _weights(self._network, self._average):
            self._network.eval()
            return self._plan.validate(self._stage)

    def _random(self, *numbers: int) -> np.random.Generator:
        return random_for(self._plan.seed, self._progress.stage, *numbers)

    def _save(self) -> None:
        groups = {
            "network": _saved(self._network, self._plan.published),
            "average": self._average,
            "best": self._best,
        }
        groups |= optimiser_tensors(self._optimiser, self._names)
        save_state(self._plan.folder / STATE_FILE, self._progress, groups)
        _write_history(self._plan.folder / HISTORY_FILE, self._progress)
        self._saved_at = time.monotonic()


def freeze_all_but(network: nn.Module, prefixes: tuple[str, ...]) -> dict[str, nn.Parameter]:
    """Freeze every parameter whose name starts with none of the prefixes.

    Returns:
        The parameters that stay trainable, by name.

    Raises:
        ValueError: a prefix matches no parameter.
    """
    names = [name for name, _ in network.named_parameters()]
    for prefix in prefixes:
        if not any(name.startswith(prefix) for name in names):
            raise ValueError(f"no parameter's name starts with {prefix!r}")
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(prefixes))
        parameter.grad = None
    return {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}


def set_dropout(network: nn.Module, rate: float) -> None:
    """Set the rate of every dropout but those of a pretrained encoder and those inside attention.

    Attention goes without: with dropout torch could not use its fused kernel.
    """
    for name, module in network.named_modules():
        if isinstance(module, nn.Dropout) and not name.startswith("encoder.") and "attn_dropout" not in name:
            module.p = rate


def _optimiser(trained: dict[str, nn.Parameter], stage: Stage) -> torch.optim.AdamW:
    """AdamW in up to four groups: encoder or not, matrices with weight decay or vectors without."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in trained.items():
        groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "peak": stage.learning_rate_encoder if of_encoder else stage.learning_rate,
                "weight_decay": stage.weight_decay if is_matrix else 0.0,
            }
            for (of_encoder, is_matrix), parameters in groups.items()
        ],
        lr=stage.learning_rate,
        betas=(0.9, 0.98),
    )


@contextmanager
def _weights(network: nn.Module, tensors: Tensors) -> Iterator[None]:
    """Use other values for some parameters for a while."""
    own = {name: value.detach().clone() for name, value in network.state_dict().items() if name in tensors}
    network.load_state_dict(tensors, strict=False)
    try:
        yield
    finally:
        network.load_state_dict(own, strict=False)


def _saved(network: nn.Module, published: tuple[str, ...]) -> Tensors:
    """All weights but published ones; the output layer shares its matrix with the input embeddings."""
    left_out = ("language_model.lm_head.weight", *published)
    return {name: value for name, value in network.state_dict().items() if not name.startswith(left_out)}


def _write_history(path: Path, progress: RunProgress) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["stage", "epoch", "loss", "score", "seconds"])
        writer.writeheader()
        writer.writerows(progress.history)
