"""The loop by itself, on a network of one layer: wishes, patience, accumulation, strays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from training.batches import StepRandom
from training.loop import Plan, train
from training.objectives import Loss
from training.observing import Nobody, Wish
from training.recipe import Stage

pytestmark = pytest.mark.slow

STAGE = Stage(
    name="s", objective="captions", train=("trained",), epochs=4, learning_rate=0.05, batch_size=4, ema=0.5
)
TARGETS = torch.randn(12, 3, generator=torch.Generator().manual_seed(0))


class Network(nn.Module):
    """Learns the mean of the targets; ``frozen`` is not to be touched."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.trained, self.frozen = nn.Linear(3, 3), nn.Linear(3, 3)


class Squares:
    """Squared distance to the targets."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def batches(self, random: np.random.Generator) -> list[list[int]]:
        order = random.permutation(len(TARGETS)).tolist()
        return [order[start : start + 4] for start in range(0, len(order), 4)]

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        wanted = TARGETS[list(batch)]
        return Loss(((self._network.trained(wanted) - wanted) ** 2).sum(), torch.tensor(len(batch)))


class Wishing(Nobody):
    """Wishes something once, before a certain step."""

    def __init__(self, wish: Wish, at: int) -> None:
        self._wishes: Iterator[Wish] = iter([*["run"] * at, wish])  # type: ignore[list-item]

    def wish(self) -> Wish:
        return next(self._wishes, "run")


def plan(network: Network, folder: Path, stage: Stage = STAGE, **options: object) -> Plan:
    scores = iter([1.0, 3.0, 2.0, 2.5, 2.6, 2.7])
    defaults = {
        "stages": [stage], "objective": lambda _: Squares(network), "validate": lambda *_: next(scores),
        "seed": 1, "folder": folder,
    }  # fmt: skip
    return Plan(**defaults | options)  # type: ignore[arg-type]


def weights(network: nn.Module) -> torch.Tensor:
    return torch.cat([value.flatten() for value in network.state_dict().values()])


def test_a_pause_at_any_step_changes_nothing(tmp_path: Path) -> None:
    whole = Network()
    assert train(whole, plan(whole, tmp_path / "whole", validate=lambda *_: None)) == "done"
    for at in (0, 2, 3, 7):
        folder = tmp_path / str(at)
        paused = Network()
        observer = Wishing("pause", at)
        assert train(paused, plan(paused, folder, validate=lambda *_: None, observer=observer)) == "paused"
        resumed = Network()
        assert train(resumed, plan(resumed, folder, validate=lambda *_: None)) == "done"
        assert torch.equal(weights(resumed), weights(whole))


def test_stopping_leaves_the_best_weights_and_the_run_can_go_on(tmp_path: Path) -> None:
    """GIVEN epochs of score 1, 3 and 2, WHEN a stop is wished in the fourth, THEN the network has the weights
    of the second, and another call still ends as an unbroken run does.
    """
    whole, stopped = Network(), Network()
    train(whole, plan(whole, tmp_path / "whole"))
    observer = Wishing("stop", 10)
    assert train(stopped, plan(stopped, tmp_path / "stopped", observer=observer)) == "stopped"
    assert torch.equal(weights(stopped), weights(whole))  # the fourth epoch was no better
    history = (tmp_path / "stopped" / "history.csv").read_text().splitlines()
    assert [row.split(",")[3] for row in history[1:]] == ["1.0", "3.0", "2.0"]
    scores = iter([2.5])
    assert train(stopped, plan(stopped, tmp_path / "stopped", validate=lambda *_: next(scores))) == "done"
    assert torch.equal(weights(stopped), weights(whole))


@pytest.mark.parametrize(("patience", "epochs"), [(0, 6), (1, 3), (2, 4), (9, 6)])
def test_patience(tmp_path: Path, patience: int, epochs: int) -> None:
    """GIVEN scores 1, 3, 2, 2.5, ..., THEN so many epochs after the second are waited for a better one."""
    network = Network()
    train(network, plan(network, tmp_path, replace(STAGE, epochs=6, patience=patience)))
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 1 + epochs


def test_accumulation_changes_nothing_but_the_order_of_sums(tmp_path: Path) -> None:
    one, four = Network(), Network()
    train(one, plan(one, tmp_path / "one"))
    train(four, plan(four, tmp_path / "four", replace(STAGE, accumulate=3)))
    assert torch.allclose(weights(one), weights(four), atol=1e-5)


def test_frozen_parameters_stay_as_they_are(tmp_path: Path) -> None:
    network = Network()
    before = network.frozen.weight.clone()
    train(network, plan(network, tmp_path))
    assert torch.equal(network.frozen.weight, before)
    assert network.frozen.weight.grad is None


class Straying(Squares):
    """Has a gradient for what is frozen, as a part that sets ``requires_grad`` by itself would."""

    def loss(self, batch: Sequence[int], random: StepRandom) -> Loss:
        self._network.frozen.requires_grad_(True)
        inner = super().loss(batch, random)
        return Loss(inner.total + self._network.frozen.bias.sum(), inner.tokens)


def test_a_gradient_of_a_frozen_parameter_ends_the_run(tmp_path: Path) -> None:
    network = Network()
    with pytest.raises(RuntimeError, match=r"frozen\.bias"):
        train(network, plan(network, tmp_path, objective=lambda _: Straying(network)))
