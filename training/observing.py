"""What a training loop tells those who watch it, and what they may wish of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from training.recipe import Stage
    from training.run_state import RunProgress

Wish = Literal["run", "pause", "stop"]
Outcome = Literal["done", "paused", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step.

    Attributes:
        stage: its name.
        epoch, step: counted from 1.
        loss: mean over the tokens of all processes.
        learning_rate: of all parameters but the encoder's.
        captions_per_s: of all processes, over the last second or so.
    """

    stage: str
    epoch: int
    step: int
    loss: float
    learning_rate: float
    captions_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the network said of a validation photo after an epoch.

    Attributes:
        stage: its name.
        epoch: from 1.
        file: the photo, an absolute path.
        references: what people said of it.
        caption: what the network said.
    """

    stage: str
    epoch: int
    file: str
    references: tuple[str, ...]
    caption: str


class Observer(Protocol):
    """Watches a run."""

    def began(self, stages: Sequence[Stage], progress: RunProgress) -> None:
        """The loop starts, or goes on after this progress; what is noted down beyond it is void."""
        ...

    def stage_began(self, stage: Stage) -> None:
        """A stage is prepared; photos may have to go through the encoder first."""
        ...

    def epoch_began(self, stage: Stage, progress: RunProgress, steps: int) -> None:
        """An epoch of so many steps starts or goes on."""
        ...

    def stepped(self, rows: Sequence[StepRow], mean_loss: float, steps_left: int) -> None:
        """Some steps were made.

        Args:
            rows: they, in order.
            mean_loss: of the epoch so far.
            steps_left: to the end of the stage.
        """
        ...

    def validating(self) -> None:
        """The steps of an epoch are done, the validation photos are next."""
        ...

    def sampled(self, samples: Sequence[Sample]) -> None:
        """Some validation photos were described."""
        ...

    def epoch_ended(self, progress: RunProgress) -> None:
        """The last row of the progress's history is new."""
        ...

    def wish(self) -> Wish:
        """What is wished of the loop; asked before each step."""
        ...


class Nobody:
    """Watches nothing and wishes for nothing."""

    def began(self, stages: Sequence[Stage], progress: RunProgress) -> None:
        """See ``Observer``."""

    def stage_began(self, stage: Stage) -> None:
        """See ``Observer``."""

    def epoch_began(self, stage: Stage, progress: RunProgress, steps: int) -> None:
        """See ``Observer``."""

    def stepped(self, rows: Sequence[StepRow], mean_loss: float, steps_left: int) -> None:
        """See ``Observer``."""

    def validating(self) -> None:
        """See ``Observer``."""

    def sampled(self, samples: Sequence[Sample]) -> None:
        """See ``Observer``."""

    def epoch_ended(self, progress: RunProgress) -> None:
        """See ``Observer``."""

    def wish(self) -> Wish:
        """See ``Observer``."""
        return "run"
