"""AdamW and its learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import nn

from training.recipe import Decay, Stage


def learning_rate_factor(step: int, total: int, warmup: float, decay: Decay = "cosine") -> float:
    """Share of the peak learning rate: a linear rise over ``warmup`` of all steps, then a fall to 0."""
    rise = max(1, round(warmup * total))
    if step < rise:
        return (step + 1) / rise
    gone = (step - rise) / max(1, total - rise)
    return 1 - gone if decay == "linear" else 0.5 * (1 + math.cos(math.pi * gone))


class Optimiser:
    """AdamW in up to four groups: encoder or not, matrices with weight decay or vectors without.

    Args:
        trained: parameters by name.
        stage: learning rates, their course and weight decay.
    """

    def __init__(self, trained: Mapping[str, nn.Parameter], stage: Stage) -> None:
        self._stage = stage
        self.names = {id(parameter): name for name, parameter in trained.items()}
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in trained.items():
            groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
        self.adam = torch.optim.AdamW(
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
            fused=True,  # one kernel for all parameters
        )

    def set_learning_rate(self, done: int, total: int) -> float:
        """Set the learning rates of a step.

        Args:
            done: steps of the stage before it.
            total: steps of the whole stage.

        Returns:
            The learning rate of all but the encoder.
        """
        factor = learning_rate_factor(done, total, self._stage.warmup, self._stage.decay)
        for group in self.adam.param_groups:
            group["lr"] = group["peak"] * factor
        return self._stage.learning_rate * factor
