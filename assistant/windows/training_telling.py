"""Which of all that happens in a training run is worth a word."""

from __future__ import annotations

from collections.abc import Callable

from assistant.messages import Messages
from assistant.training_run import TrainingRun
from assistant.training_status import CAN_GO_ON, WORKING, RunState, Status
from assistant.windows.training_words import epoch_sentence, in_short, percent_done

STEP_PERCENT = 25
"""Progress is told at each quarter, and at the end of each epoch."""

QUIET_S = 5.0
"""And not more often than this: with few photos an epoch may take a second."""

_TOLD_AT_WORK = frozenset({RunState.FEATURES, RunState.EXPORTING})


class Teller:
    """Follows one run.

    Args:
        run: the run; what it is at the start is no news.
        status: of the run at the start.
        messages: the texts.
        clock: seconds that only grow.
    """

    def __init__(
        self, run: TrainingRun, status: Status, messages: Messages, clock: Callable[[], float]
    ) -> None:
        self._run, self._messages, self._clock = run, messages, clock
        self._state = status.state
        self._epochs = len(run.epochs)
        self._quarter = percent_done(status) // STEP_PERCENT
        self._stage = status.stage
        self._told_s = clock() - QUIET_S

    def news(self, status: Status, *, closely: bool) -> str:
        """A sentence for the person; empty when there is nothing to say.

        Args:
            status: of the run now.
            closely: progress is told too, and not the end alone.
        """
        ended = self._new_state(status)
        progress = self._new_epoch(status) or self._new_quarter(status)
        if ended or (closely and progress):
            self._told_s = self._clock()
            return ended or progress
        return ""

    def _new_state(self, status: Status) -> str:
        before, self._state = self._state, status.state
        if status.state is before or (status.state in WORKING and status.state not in _TOLD_AT_WORK):
            return ""
        key = f"training-told.{status.state}"
        if status.state in CAN_GO_ON and status.message and status.state is not RunState.PAUSED:
            key = f"{key}-why"
        return self._messages.text(key, name=self._run.name, reason=in_short(status.message))

    def _new_epoch(self, status: Status) -> str:
        epochs = self._run.epochs
        if len(epochs) <= self._epochs or self._is_quiet():
            return ""
        self._epochs = len(epochs)
        self._quarter = self._reached(status)
        return epoch_sentence(epochs, status, self._messages)

    def _new_quarter(self, status: Status) -> str:
        quarter = self._reached(status)
        if status.state is not RunState.TRAINING or quarter <= self._quarter or self._is_quiet():
            return ""
        self._quarter = quarter
        return self._messages.text("training.percent", percent=percent_done(status))

    def _reached(self, status: Status) -> int:
        if status.stage != self._stage:  # the next stage counts from nothing
            self._stage, self._quarter = status.stage, 0
        return percent_done(status) // STEP_PERCENT

    def _is_quiet(self) -> bool:
        return self._clock() - self._told_s < QUIET_S
