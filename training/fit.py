"""The training loop: stage after stage, resumable at any step."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import checkpoint
from engine.nets.clipcap import ClipCap
from training.batches import random_for
from training.material import Material
from training.progress import Progress
from training.recipe import Recipe, Stage
from training.run_state import (
    RunProgress,
    load_state,
    optimiser_tensors,
    restore_optimiser,
    save_state,
)

STATE_FILE = "state.safetensors"
MODEL_FILE = "model.safetensors"
HISTORY_FILE = "history.csv"

SAVE_EVERY_S = 300.0
"""A kill costs at most this much training."""

MAX_GRADIENT_NORM = 1.0

_log = logging.getLogger(__name__)

Tensors = dict[str, Tensor]


def fit(recipe: Recipe, data: Path, run: Path) -> Path:
    """Train by a recipe, or go on with a run that was stopped.

    Args:
        recipe: what to train.
        data: folder of the datasets.
        run: folder of this run: its state, history, features and result.

    Returns:
        The trained model, a safetensors file.

    Raises:
        DataError, RecipeError, ModelError: something needed is absent or does not fit.
    """
    run.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)  # numbers below 1e-38 would slow a CPU down a hundredfold
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    material = Material(recipe, data, run)
    network = material.build_network()
    progress, groups = load_state(run / STATE_FILE) or (RunProgress(), {})
    if groups:
        _log.info("going on at stage %d, epoch %d, step %d", progress.stage, progress.epoch, progress.step)
        network.load_state_dict(groups["network"], strict=False)
    while progress.stage < len(recipe.stages):
        _StageRun(network, material, progress, groups, run).execute()
        groups = {}
    model = run / MODEL_FILE
    checkpoint.save(network.eval(), material.config, model)
    return model


def learning_rate_factor(step: int, total: int, warmup: float) -> float:
    """Share of the peak learning rate: a linear rise over ``warmup`` of all steps, then a cosine to 0."""
    rise = max(1, round(warmup * total))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, total - rise)))


class _StageRun:
    """One stage of one run."""

    def __init__(
        self,
        network: ClipCap,
        material: Material,
        progress: RunProgress,
        groups: dict[str, Tensors],
        run: Path,
    ) -> None:
        self._network, self._material, self._progress, self._run = network, material, progress, run
        self._stage = material.recipe.stages[progress.stage]
        self._objective = material.objective(network, self._stage)
        self._trained = freeze_all_but(network, self._stage.train)
        self._names = {id(parameter): name for name, parameter in self._trained.items()}
        self._optimiser = _optimiser(self._trained, self._stage)
        restore_optimiser(self._optimiser, self._names, groups)
        copies = {name: parameter.detach().clone() for name, parameter in self._trained.items()}
        self._average: Tensors = groups.get("average", copies) if self._stage.ema else {}
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
            "cider": score or 0.0,
            "seconds": seconds,
        }
        _log.info("%s: loss %.4f, validation CIDEr-D %s, %d s", title, loss, score, seconds)
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
        self._network.encoder.eval()  # batch statistics stay those of ImageNet
        loss = self._objective.loss(self._network, batch, random)
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
        """CIDEr-D of validation captions by the averaged weights; ``None`` for text alone."""
        if self._stage.objective == "text":
            return None
        with _weights(self._network, self._average):
            return self._material.validate(self._network.eval())

    def _random(self, *numbers: int):  # type: ignore[no-untyped-def]
        return random_for(self._material.recipe.seed, self._progress.stage, *numbers)

    def _save(self) -> None:
        groups = {"network": _saved(self._network), "average": self._average, "best": self._best}
        groups |= optimiser_tensors(self._optimiser, self._names)
        save_state(self._run / STATE_FILE, self._progress, groups)
        _write_history(self._run / HISTORY_FILE, self._progress)
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


def set_dropout(network: ClipCap, rate: float) -> None:
    """Set the rate of every dropout of mapper and language model.

    Those inside attention stay 0: with them torch cannot use its fused attention.
    """
    for part in (network.mapper, network.language_model):
        for name, module in part.named_modules():
            if isinstance(module, nn.Dropout) and not name.endswith("attn_dropout"):
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
def _weights(network: ClipCap, tensors: Tensors) -> Iterator[None]:
    """Use other values for some parameters for a while."""
    own = {name: value.detach().clone() for name, value in network.state_dict().items() if name in tensors}
    network.load_state_dict(tensors, strict=False)
    try:
        yield
    finally:
        network.load_state_dict(own, strict=False)


def _saved(network: ClipCap) -> Tensors:
    """All weights; the output layer shares its matrix with the input embeddings."""
    return {
        name: value for name, value in network.state_dict().items() if name != "language_model.lm_head.weight"
    }


def _write_history(path: Path, progress: RunProgress) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["stage", "epoch", "loss", "cider", "seconds"])
        writer.writeheader()
        writer.writerows(progress.history)
