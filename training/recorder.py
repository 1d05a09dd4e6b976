"""Writes down what a run does, in its folder: the observer of a run started from the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence

from training.curves import draw_curves
from training.logs import Events, SampleLog, StepLog
from training.observing import Sample, StepRow, Wish
from training.recipe import Stage
from training.run_folder import RunFolder
from training.run_state import RunProgress
from training.status import StatusFile


class Recorder:
    """See ``training.observing.Observer``.

    Args:
        folder: of the run.
        status: kept up to date.
    """

    def __init__(self, folder: RunFolder, status: StatusFile) -> None:
        self._folder, self._status = folder, status
        self._events: Events | None = None

    def began(self, stages: Sequence[Stage], progress: RunProgress) -> None:
        """See ``Observer``."""
        names, run = [stage.name for stage in stages], self._folder.path
        self._steps, self._samples = StepLog(run, names, progress), SampleLog(run, names, progress)
        self._events = Events(run, progress.steps_before + progress.step + 1)

    def stage_began(self, stage: Stage) -> None:
        """See ``Observer``."""
        self._status.update(state="features", stage=stage.name, epochs=stage.epochs, epoch=0, step=0, steps=0)

    def epoch_began(self, stage: Stage, progress: RunProgress, steps: int) -> None:
        """See ``Observer``."""
        self._before = progress.steps_before
        self._timed_at = time.monotonic()
        self._status.update(
            state="training",
            stage=stage.name,
            epoch=progress.epoch + 1,
            epochs=stage.epochs,
            step=progress.step,
            steps=steps,
            best_score=progress.best if progress.best >= 0 else None,
            message="",
        )

    def stepped(self, rows: Sequence[StepRow], mean_loss: float, steps_left: int) -> None:
        """See ``Observer``."""
        now = time.monotonic()
        step_s, self._timed_at = (now - self._timed_at) / len(rows), now
        self._steps.add(rows)
        if self._events:
            for row in rows:
                self._events.add(row, self._before + row.step)
        self._status.update(
            step=rows[-1].step,
            loss=round(mean_loss, 4),
            captions_per_s=round(rows[-1].captions_per_s, 1),
            eta_s=round(step_s * steps_left, 1),
        )

    def validating(self) -> None:
        """See ``Observer``."""
        self._status.update(state="validating")

    def sampled(self, samples: Sequence[Sample]) -> None:
        """See ``Observer``."""
        self._samples.add(samples)

    def epoch_ended(self, progress: RunProgress) -> None:
        """See ``Observer``."""
        score = float(progress.history[-1]["score"])
        if self._events:
            self._events.add_score(score, progress.steps_before)
        self._status.update(score=score, best_score=progress.best)
        draw_curves(self._folder.path, progress.history)

    def wish(self) -> Wish:
        """See ``Observer``."""
        return self._folder.wish()

    def close(self) -> None:
        """Write what is left."""
        if self._events:
            self._events.close()
