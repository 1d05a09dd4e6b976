"""What a run has reached, on disk: enough to go on after a kill as if nothing had happened."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

_PROGRESS_KEY = "progress"


@dataclass(slots=True)
class RunProgress:
    """Where a run is.

    Attributes:
        stage: index of the stage in the recipe.
        epoch: within the stage.
        step: within the epoch.
        steps_before: of all epochs before this one, those of earlier stages too.
        best: validation score of the best epoch of this stage so far; negative before the first.
        since_best: epochs of this stage since then.
        loss_sum: of the steps of this epoch.
        elapsed_s: spent on this epoch by earlier calls.
        history: one row per epoch: stage, epoch, loss, validation score, seconds.
    """

    stage: int = 0
    epoch: int = 0
    step: int = 0
    steps_before: int = 0
    best: float = -1.0
    since_best: int = 0
    loss_sum: float = 0.0
    elapsed_s: float = 0.0
    history: list[dict[str, float | int | str]] = field(default_factory=list)


def save_state(path: Path, progress: RunProgress, groups: dict[str, dict[str, Tensor]]) -> None:
    """Write progress and named groups of tensors to one file, replacing it at once.

    Args:
        path: a ``.safetensors`` file.
        progress: where the run is.
        groups: such as ``network``, ``average``, ``best``, and the optimiser's moments.
    """
    tensors = {
        f"{group}/{name}": tensor.detach().contiguous().clone()
        for group, members in groups.items()
        for name, tensor in members.items()
    }
    partial = path.with_suffix(".part")
    save_file(tensors, partial, metadata={_PROGRESS_KEY: json.dumps(asdict(progress))})
    with partial.open("rb") as file:
        os.fsync(file.fileno())  # a power cut may not leave the new name with half of the file
    partial.replace(path)


def load_state(path: Path) -> tuple[RunProgress, dict[str, dict[str, Tensor]]] | None:
    """Read what ``save_state`` wrote; ``None`` when there is no such file."""
    if not path.is_file():
        return None
    groups: dict[str, dict[str, Tensor]] = {}
    with safe_open(path, framework="pt") as file:
        progress = RunProgress(**json.loads(file.metadata()[_PROGRESS_KEY]))
        for key in file.keys():  # noqa: SIM118 - not a dict
            group, _, name = key.partition("/")
            groups.setdefault(group, {})[name] = file.get_tensor(key)
    return progress, groups


def write_history(path: Path, progress: RunProgress) -> None:
    """Write the rows of the history as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["stage", "epoch", "loss", "score", "seconds"])
        writer.writeheader()
        writer.writerows(progress.history)


def optimiser_tensors(
    optimiser: torch.optim.Optimizer, names: dict[int, str]
) -> dict[str, dict[str, Tensor]]:
    """AdamW's state as groups of tensors by parameter name.

    Args:
        optimiser: AdamW.
        names: ``id`` of a parameter -> its name.
    """
    groups: dict[str, dict[str, Tensor]] = {}
    for parameter, state in optimiser.state.items():
        for key, value in state.items():
            groups.setdefault(f"adam.{key}", {})[names[id(parameter)]] = value
    return groups


def restore_optimiser(
    optimiser: torch.optim.Optimizer, names: dict[int, str], groups: dict[str, dict[str, Tensor]]
) -> None:
    """Put back what ``optimiser_tensors`` gave."""
    keys = [group for group in groups if group.startswith("adam.")]
    for group in optimiser.param_groups:
        for parameter in group["params"]:
            name = names[id(parameter)]
            if keys and name in groups[keys[0]]:
                optimiser.state[parameter] = {
                    key.removeprefix("adam."): groups[key][name].to(parameter.device) for key in keys
                }
