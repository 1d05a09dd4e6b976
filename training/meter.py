"""Losses of the steps, fetched from the device about once a second: a fetch waits for all work before it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from training.observing import StepRow
from training.run_state import RunProgress

FETCH_EVERY_S = 1.0


class Diverged(Exception):
    """The loss is no number any more; the message says where and what helps."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A step whose loss is still on the device."""

    loss: Tensor
    learning_rate: float
    captions: int


class Meter:
    """Collects the steps of one epoch.

    Args:
        stage: its name.
        progress: its loss sum is kept up to date.
    """

    def __init__(self, stage: str, progress: RunProgress) -> None:
        self._stage, self._progress = stage, progress
        self._pending: list[_Pending] = []
        self._fetched_at = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is time to fetch."""
        return time.monotonic() - self._fetched_at >= FETCH_EVERY_S

    def add(self, loss: Tensor, learning_rate: float, captions: int) -> None:
        """Count a step, after the progress has counted it."""
        self._pending.append(_Pending(loss, learning_rate, captions))

    def fetch(self) -> list[StepRow]:
        """Steps since the last call.

        Raises:
            Diverged: a loss is not finite.
        """
        if not self._pending:
            return []
        losses = torch.stack([step.loss for step in self._pending]).tolist()
        now = time.monotonic()
        rate = sum(step.captions for step in self._pending) / max(1e-6, now - self._fetched_at)
        first = self._progress.step - len(self._pending) + 1
        rows = [
            StepRow(
                stage=self._stage,
                epoch=self._progress.epoch + 1,
                step=first + position,
                loss=loss,
                learning_rate=step.learning_rate,
                captions_per_s=rate,
            )
            for position, (loss, step) in enumerate(zip(losses, self._pending, strict=True))
        ]
        self._pending, self._fetched_at = [], now
        for row in rows:
            self._check(row)
            self._progress.loss_sum += row.loss
        return rows

    def _check(self, row: StepRow) -> None:
        if not math.isfinite(row.loss):
            raise Diverged(
                f"The loss is {row.loss} at step {row.step} of epoch {row.epoch} of the stage {row.stage}: "
                "training diverged. Start anew with a lower --learning-rate."
            )
