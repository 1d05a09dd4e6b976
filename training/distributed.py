"""The processes that train one network together: on one GPU, several, or several machines.

``accelerate launch -m training fit ...`` starts them; without it there is one. All see the same run folder.
Each takes its share of every step. What they add up are sums over tokens, not means, and all is divided by
the number of tokens of the whole step at the end: the result does not depend on how many processes there are.
(DistributedDataParallel takes the mean of the processes' means, which is another number where one of them has
longer captions than another.)

Not run: several GPUs, several machines. The tests run two processes on a CPU.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

from training.recipe import Precision
from training.run_folder import RunError

if TYPE_CHECKING:
    from accelerate import PartialState

_LONGEST_WAIT = timedelta(hours=12)
"""While the main process encodes photos the others wait for it; the library's own limit is ten minutes."""

_T = TypeVar("_T")


def best_device() -> str:
    """The GPU where torch can use one, else the CPU.

    Not run: training on a GPU.
    """
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return accelerator.type if accelerator else "cpu"


class Team:
    """This process and those that train with it.

    Args:
        device: of this process.
        state: of ``accelerate``; ``None`` where this process is alone.
    """

    def __init__(self, device: str = "cpu", state: PartialState | None = None) -> None:
        self.device = torch.device(device)
        self._state = state
        self.count = state.num_processes if state else 1
        self.index = state.process_index if state else 0

    @property
    def is_main(self) -> bool:
        """Whether this process writes the files."""
        return self.index == 0

    def share(self, items: Sequence[_T]) -> Sequence[_T]:
        """This process's part. Items sorted by length are shared out evenly."""
        return items[self.index :: self.count]

    def computing(self, precision: Precision) -> AbstractContextManager[object]:
        """Where the network runs: matrix products in this precision."""
        if precision == "fp32":
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """The main process goes through alone, then the others: what it leaves on disk, they find."""
        with self._state.main_process_first() if self._state else nullcontext():
            yield

    def start_alike(self, network: nn.Module) -> None:
        """Give all processes the main one's weights: machines need not compute exactly alike."""
        if self._state:
            for value in network.state_dict().values():
                plain = value.contiguous()  # convolutions are not, in the order that suits a CPU
                torch.distributed.broadcast(plain, src=0)
                value.copy_(plain)

    def sum(self, values: Tensor) -> Tensor:
        """The sum over all processes, on each of them; computed in place where there are several."""
        if self._state:
            torch.distributed.all_reduce(values)
        return values

    def mean_gradients(self, parameters: Iterable[nn.Parameter], total: Tensor, tokens: Tensor) -> Tensor:
        """Turn gradients of this process's sum into those of the mean over all processes' tokens.

        Args:
            parameters: that are trained; they get a gradient even where this process had nothing to do.
            total: sum of this process's loss, a scalar.
            tokens: how many tokens that is, a scalar.

        Returns:
            The mean loss over all processes' tokens, on the device: reading it would wait for all work.
        """
        gradients = [_gradient(parameter) for parameter in parameters]
        sums = torch.stack((total.detach().float(), tokens.float()))
        if self._state:
            flat = self.sum(torch.cat([sums, *(gradient.flatten() for gradient in gradients)]))
            sums, *parts = torch.split(flat, [2, *(gradient.numel() for gradient in gradients)])
            for gradient, part in zip(gradients, parts, strict=True):
                gradient.copy_(part.view_as(gradient))
        count = sums[1].clamp(min=1)
        for gradient in gradients:
            gradient.div_(count)
        return sums[0] / count

    def part(self) -> None:
        """Say goodbye: nothing is exchanged any more."""
        if self._state:
            self._state.destroy_process_group()

    def agree(self, number: int) -> int:
        """The main process's number, on all processes."""
        if not self._state:
            return number
        value = torch.tensor([number], device=self.device)
        torch.distributed.broadcast(value, src=0)
        return int(value)


def gather_team(device: str | None) -> Team:
    """The processes that were launched together; one on a device where this one was started by itself.

    Args:
        device: ``cpu``, ``cuda`` or ``mps``; ``None`` for the GPU if there is one. Of several processes
            on GPUs each takes its own.

    Raises:
        RunError: torch cannot use the device.
    """
    wanted = device or best_device()
    if torch.device(wanted).type not in ("cpu", best_device()):
        raise RunError(f"torch cannot use the device {wanted} here. Leave --device out.")
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Team(wanted)
    from accelerate import PartialState

    state = PartialState(cpu=wanted == "cpu", timeout=_LONGEST_WAIT)
    return Team(str(state.device), state)


def _gradient(parameter: nn.Parameter) -> Tensor:
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad
