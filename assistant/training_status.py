"""How far a training run is, as ``status.json`` of its folder says."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class RunState(StrEnum):
    """What a run is doing; the values are those of ``status.json``, but for the last."""

    PREPARING = "preparing"
    FEATURES = "features"
    """Every photo goes through the encoder once."""
    TRAINING = "training"
    VALIDATING = "validating"
    EXPORTING = "exporting"
    DONE = "done"
    PAUSED = "paused"
    STOPPED = "stopped"
    """Ended early by the person; the best weights so far are its result."""
    FAILED = "failed"
    BROKEN = "broken"
    """Its process ended without a word: killed, or the computer went off. Never written, but found out."""


WORKING = frozenset(
    {RunState.PREPARING, RunState.FEATURES, RunState.TRAINING, RunState.VALIDATING, RunState.EXPORTING}
)
"""A process is at work."""

CAN_GO_ON = frozenset({RunState.PAUSED, RunState.FAILED, RunState.BROKEN})
"""The same command takes the run up where it was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a run is.

    Attributes:
        state: what it is doing.
        stage: of its recipe.
        epoch, epochs: which one is under way, from 1, and how many the stage has; 0 before the first.
        step, steps: done, and in all, of this epoch.
        eta_s: seconds until the end, estimated.
        message: from the process, in English; says why it failed.
        updated: Unix time.
    """

    state: RunState
    stage: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    eta_s: float | None = None
    message: str = ""
    updated: float = 0.0

    @property
    def share(self) -> float:
        """How much of the stage is done, in [0, 1]."""
        if self.state is RunState.DONE:
            return 1.0
        if not self.epochs:
            return 0.0
        within = self.step / self.steps if self.steps else 0.0
        return min(1.0, (max(self.epoch, 1) - 1 + within) / self.epochs)


def read_status(file: Path) -> Status | None:
    """What a ``status.json`` says; ``None`` when it is absent or cannot be understood."""
    try:
        raw = json.loads(file.read_bytes())
        return _status(raw)
    except (OSError, ValueError, TypeError, LookupError):
        return None


def _status(raw: dict[str, Any]) -> Status:
    return Status(
        state=RunState(raw["state"]),
        stage=str(raw.get("stage") or ""),
        epoch=int(raw.get("epoch") or 0),
        epochs=int(raw.get("epochs") or 0),
        step=int(raw.get("step") or 0),
        steps=int(raw.get("steps") or 0),
        eta_s=finite(raw.get("eta_s")),
        message=str(raw.get("message") or ""),
        updated=float(raw["updated"]),
    )


def finite(value: object) -> float | None:
    """A number, or ``None`` for nothing and for what is no number one could show.

    Raises:
        ValueError, TypeError: it is something else.
    """
    if value is None or value == "":
        return None
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None
