"""The training loop: stage after stage, resumable at any step."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from training.averaging import Average
from training.batches import StepRandom, random_for
from training.distributed import Team
from training.freezing import freeze_all_but, is_lora, refuse_stray_gradients, set_dropout
from training.meter import Meter
from training.objectives import Objective
from training.observing import Nobody, Observer, Outcome
from training.progress import Progress
from training.recipe import Precision, Stage
from training.run_state import (
    RunProgress,
    load_state,
    optimiser_tensors,
    restore_optimiser,
    save_state,
    write_history,
)
from training.schedule import Optimiser

STATE_FILE = "state.safetensors"
HISTORY_FILE = "history.csv"

SAVE_EVERY_S = 300.0
"""A kill costs at most this much training."""

ASK_EVERY = 16
"""Steps between two questions whether several processes are to go on: they have to agree each time."""

MAX_GRADIENT_NORM = 1.0

_TIED = "language_model.lm_head.weight"
"""The output layer shares its matrix with the input embeddings."""

_log = logging.getLogger(__name__)

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a network is put through.

    Attributes:
        stages: in order.
        objective: makes the objective of a stage, when the stage begins.
        validate: score of the network in evaluation mode after an epoch (from 1) of a stage, the higher the
            better; ``None`` where a stage's last weights are simply kept.
        seed: of everything random.
        folder: where state and history are kept.
        published: prefixes of parameters that stay as published; the state leaves them out, but not low-rank
            changes of them.
        precision: numbers the network computes with; its weights are in fp32.
        team: the processes that train together.
        observer: is told how far the loop is; of several processes the main one's alone.
    """

    stages: Sequence[Stage]
    objective: Callable[[Stage], Objective]
    validate: Callable[[Stage, int], float | None]
    seed: int
    folder: Path
    published: tuple[str, ...] = ()
    precision: Precision = "fp32"
    team: Team = field(default_factory=Team)
    observer: Observer = field(default_factory=Nobody)


def train(network: nn.Module, plan: Plan) -> Outcome:
    """Put a network through all stages, or through those that an earlier, stopped call has left.

    A stopped run goes on exactly as if it had not been stopped. Each stage ends with the weights of its best
    epoch.

    Returns:
        ``paused`` or ``stopped`` when the observer wished so; after ``stopped`` the network has the best
        weights so far, after ``paused`` any. Another call goes on in both cases.

    Raises:
        Diverged: the loss is no number any more.
        RuntimeError: a parameter that is not trained got a gradient.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)  # numbers below 1e-38 would slow a CPU down a hundredfold
    progress, groups = load_state(plan.folder / STATE_FILE) or (RunProgress(), {})
    if groups:
        _log.info("going on at stage %d, epoch %d, step %d", progress.stage, progress.epoch, progress.step)
        network.load_state_dict(groups["network"], strict=False)
    plan.team.start_alike(network)
    plan.observer.began(plan.stages, progress)
    while progress.stage < len(plan.stages):
        outcome = _StageRun(network, plan, progress, groups).execute()
        if outcome != "done":
            return outcome
        groups = {}
    return "done"


class _StageRun:
    """One stage of one run."""

    def __init__(
        self, network: nn.Module, plan: Plan, progress: RunProgress, groups: dict[str, Tensors]
    ) -> None:
        self._network, self._plan, self._progress = network, plan, progress
        self._stage = plan.stages[progress.stage]
        plan.observer.stage_began(self._stage)
        self._objective = plan.objective(self._stage)
        self._trained = freeze_all_but(network, self._stage.train)
        self._optimiser = Optimiser(self._trained, self._stage)
        restore_optimiser(self._optimiser.adam, self._optimiser.names, groups)
        self._average = Average(self._trained, self._stage.ema, groups.get("average"))
        self._best: Tensors = groups.get("best", {})
        self._saved_at = self._timed_at = time.monotonic()
        self._checked = False
        set_dropout(network, self._stage.dropout)

    def execute(self) -> Outcome:
        """Run the epochs that are left, then take the best weights and move on to the next stage."""
        stage, progress = self._stage, self._progress
        counts = (
            sum(p.numel() for p in self._trained.values()),
            sum(p.numel() for p in self._network.parameters()),
        )
        _log.info("stage %s: training %.2f M of %.2f M parameters", stage.name, *(n / 1e6 for n in counts))
        while progress.epoch < stage.epochs and not self._worse_for_long():
            outcome = self._epoch()
            if outcome != "done":
                return self._interrupted(outcome)
        self._take_best()
        progress.stage, progress.epoch, progress.best, progress.since_best = progress.stage + 1, 0, -1.0, 0
        self._best = {}
        self._average.tensors.clear()
        self._optimiser.adam.state.clear()
        self._save()
        return "done"

    def _worse_for_long(self) -> bool:
        patience = self._stage.patience
        return 0 < patience <= self._progress.since_best

    def _interrupted(self, outcome: Outcome) -> Outcome:
        self._save()
        if outcome == "stopped":
            self._best = self._best or self._average.snapshot()
            self._take_best()
        return outcome

    def _take_best(self) -> None:
        self._network.load_state_dict(self._best, strict=False)

    def _epoch(self) -> Outcome:
        progress, stage, observer = self._progress, self._stage, self._plan.observer
        batches = self._objective.batches(random_for(self._plan.seed, progress.stage, progress.epoch))
        steps = len(batches)
        title = f"{stage.name} {progress.epoch + 1}/{stage.epochs}"
        meter = Meter(stage.name, progress)
        self._timed_at = time.monotonic()
        observer.epoch_began(stage, progress, steps)
        with Progress(title, total=steps, start=progress.step, shown=self._plan.team.is_main) as bar:
            for step in range(progress.step, steps):
                if outcome := self._wished(step):
                    self._tell(meter, steps, bar)
                    return outcome
                rate = self._optimiser.set_learning_rate(
                    progress.epoch * steps + step, self._stage.epochs * steps
                )
                loss = self._step(step, batches[step])
                self._average.follow(progress.epoch * steps + step)
                progress.step = step + 1
                meter.add(loss, rate, len(batches[step]))
                saving = time.monotonic() - self._saved_at > SAVE_EVERY_S
                if meter.due or saving:
                    self._tell(meter, steps, bar)
                if saving:
                    self._save()
            self._tell(meter, steps, bar)
        self._end_epoch(title, steps)
        return "done"

    def _end_epoch(self, title: str, steps: int) -> None:
        progress = self._progress
        loss = progress.loss_sum / steps
        self._plan.observer.validating()
        score = self._validate()
        progress.since_best += 1
        if score is None or score > progress.best:
            progress.best, progress.since_best = score or 0.0, 0
            self._best = self._average.snapshot()
        self._count_time()
        row: dict[str, float | int | str] = {
            "stage": self._stage.name,
            "epoch": progress.epoch + 1,
            "loss": round(loss, 4),
            "score": score or 0.0,
            "seconds": round(progress.elapsed_s),
        }
        _log.info("%s: loss %.4f, validation score %s, %d s", title, loss, score, row["seconds"])
        progress.history.append(row)
        progress.epoch, progress.step, progress.loss_sum = progress.epoch + 1, 0, 0.0
        progress.steps_before, progress.elapsed_s = progress.steps_before + steps, 0.0
        self._save()
        self._plan.observer.epoch_ended(progress)

    def _wished(self, step: int) -> Outcome | None:
        """What the main process's observer wishes instead of the next step."""
        team = self._plan.team
        if team.count > 1 and step % ASK_EVERY:
            return None
        wishes = ("run", "pause", "stop")
        wish = wishes[team.agree(wishes.index(self._plan.observer.wish()))]
        outcomes: dict[str, Outcome] = {"pause": "paused", "stop": "stopped"}
        return outcomes.get(wish)

    def _tell(self, meter: Meter, steps: int, bar: Progress) -> None:
        """Fetch the losses and tell them."""
        progress, rows = self._progress, meter.fetch()
        if not rows:
            return
        mean = progress.loss_sum / progress.step
        bar.advance(len(rows), f"loss {mean:.3f}, {rows[-1].captions_per_s:.0f} captions/s")
        left = (self._stage.epochs - progress.epoch) * steps - progress.step
        self._plan.observer.stepped(rows, mean, left)

    def _step(self, step: int, batch: list[int]) -> Tensor:
        """One step; returns the mean loss over its tokens, still on the device."""
        stage, team, progress = self._stage, self._plan.team, self._progress
        numbers = (self._plan.seed, progress.stage, progress.epoch, step + 1)
        torch.manual_seed(int(random_for(*numbers, team.index).integers(2**62)))  # dropout
        random = StepRandom(*numbers)
        self._network.train()
        self._optimiser.adam.zero_grad(set_to_none=True)
        total = tokens = torch.zeros((), device=team.device)
        share = team.share(batch)
        for start in range(stage.accumulate):
            if part := share[start :: stage.accumulate]:
                with team.computing(self._plan.precision):
                    loss = self._objective.loss(part, random)
                loss.total.backward()  # type: ignore[no-untyped-call]
                total, tokens = total + loss.total.detach(), tokens + loss.tokens
        if not self._checked:
            refuse_stray_gradients(self._network, self._trained)
            self._checked = True
        mean = team.mean_gradients(self._trained.values(), total, tokens)
        nn.utils.clip_grad_norm_(self._trained.values(), MAX_GRADIENT_NORM)
        self._optimiser.adam.step()
        return mean

    def _validate(self) -> float | None:
        """Score of the averaged weights."""
        with self._average.in_use(self._network):
            self._network.eval()
            return self._plan.validate(self._stage, self._progress.epoch + 1)

    def _count_time(self) -> None:
        now = time.monotonic()
        self._progress.elapsed_s += now - self._timed_at
        self._timed_at = now

    def _save(self) -> None:
        self._saved_at = time.monotonic()
        self._count_time()
        if not self._plan.team.is_main:
            return
        groups = {
            "network": _saved(self._network, self._plan.published),
            "average": self._average.tensors,
            "best": self._best,
        }
        groups |= optimiser_tensors(self._optimiser.adam, self._optimiser.names)
        save_state(self._plan.folder / STATE_FILE, self._progress, groups)
        write_history(self._plan.folder / HISTORY_FILE, self._progress)


def _saved(network: nn.Module, published: tuple[str, ...]) -> Tensors:
    """All weights but published ones."""
    return {
        name: value
        for name, value in network.state_dict().items()
        if name != _TIED and (is_lora(name) or not name.startswith(published))
    }
