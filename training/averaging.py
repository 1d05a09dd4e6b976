"""The moving average of the weights, which is validated and kept instead of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Average:
    """Moving average of the trained parameters.

    Args:
        trained: the parameters by name.
        decay: per step; 0 to do without an average: the weights stand for it.
        kept: what an earlier call had reached.
    """

    def __init__(
        self, trained: Mapping[str, nn.Parameter], decay: float, kept: Mapping[str, Tensor] | None = None
    ) -> None:
        self._trained, self._decay = trained, decay
        self.tensors: dict[str, Tensor] = {}
        if decay:
            self.tensors = {name: parameter.detach().clone() for name, parameter in trained.items()}
            for name, value in (kept or {}).items():
                self.tensors[name].copy_(value)

    @torch.no_grad()
    def follow(self, done: int) -> None:
        """Move towards the weights after a step; early on the random start is forgotten quickly.

        Args:
            done: steps before it.
        """
        decay = min(self._decay, (1 + done) / (10 + done))
        for name, average in self.tensors.items():
            average.lerp_(self._trained[name], 1 - decay)

    def snapshot(self) -> dict[str, Tensor]:
        """A copy of the average, or of the weights where there is none."""
        current = self.tensors or self._trained
        return {name: value.detach().clone() for name, value in current.items()}

    @contextmanager
    def in_use(self, network: nn.Module) -> Iterator[None]:
        """The network has the average for its weights for a while."""
        own = {name: self._trained[name].detach().clone() for name in self.tensors}
        network.load_state_dict(self.tensors, strict=False)
        try:
            yield
        finally:
            network.load_state_dict(own, strict=False)
