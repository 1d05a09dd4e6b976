"""Training in words: how far a run is, what each epoch brought, what was found in a folder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from assistant.messages import Messages
from assistant.training_run import Epoch, Sample
from assistant.training_status import WORKING, RunState, Status

_MINUTE_S, _HOUR_S = 60, 3600
_COARSE_MINUTES = 5
"""From ten minutes on, in these steps: a time that changes at every look is no news."""

_SAME = 0.005
"""Losses and scores are shown with two places; what differs less is the same."""

_SPOKEN_LETTERS = 300
"""Some twenty seconds."""


def decimal(value: float, messages: Messages) -> str:
    """A number with two places, written as the language does."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if messages.language == "vi" else text


def percent_done(status: Status) -> int:
    """How much of the stage is done; 100 only when it is all."""
    return math.floor(100 * status.share)


def run_line(name: str, status: Status, messages: Messages) -> str:
    """A run in the list of runs."""
    state = messages.text(f"training-state.{status.state}")
    if status.state in WORKING and status.epochs:
        return messages.text("training.run-working", name=name, state=state, percent=percent_done(status))
    return messages.text("training.run", name=name, state=state)


def situation(status: Status, epochs: Sequence[Epoch], messages: Messages) -> str:
    """How a run goes, a fact in each line; no line is empty."""
    lines = [messages.text(f"training-about.{status.state}")]
    if status.state in WORKING and status.epochs:
        lines.append(messages.text("training.under-way", epoch=max(status.epoch, 1), epochs=status.epochs))
    if epochs:
        lines.append(epoch_sentence(epochs, status, messages))
    if status.state in WORKING and status.eta_s is not None:
        lines.append(messages.text("training.left", time=duration(status.eta_s, messages)))
    if status.message and status.state in (RunState.FAILED, RunState.BROKEN):
        lines.append(messages.text("training.reason", reason=status.message))
    return "\n".join(lines)


def epoch_sentence(epochs: Sequence[Epoch], status: Status, messages: Messages) -> str:
    """What the last epoch that ended brought, compared with those before it in its stage.

    Args:
        epochs: at least one, in order of time.
        status: tells how many epochs there are in all.
        messages: the texts.
    """
    last = epochs[-1]
    stage = [epoch for epoch in epochs if epoch.stage == last.stage]
    text = messages.text
    count = max(status.epochs, last.number)
    parts = [text("training.epoch", epoch=last.number, epochs=count)]
    if last.loss is not None:
        parts.append(text("training.loss", loss=decimal(last.loss, messages)))
        if len(stage) > 1 and stage[-2].loss is not None:
            parts.append(text(f"training.{_change(stage[-2].loss, last.loss)}"))
    sentence = ", ".join(parts)
    if last.score:
        best = all(epoch.score is None or epoch.score < last.score for epoch in stage[:-1])
        key = "score-best" if best else "score"
        sentence = f"{sentence}; {text(f'training.{key}', score=decimal(last.score, messages))}"
    return f"{sentence}."


def epoch_lines(epochs: Sequence[Epoch], messages: Messages) -> list[str]:
    """The list of epochs, as a table would have them."""
    several = len({epoch.stage for epoch in epochs}) > 1
    return [
        _epoch_line(epoch, _when(epoch.stage, epoch.number, several, messages), messages) for epoch in epochs
    ]


def _epoch_line(epoch: Epoch, when: str, messages: Messages) -> str:
    text, parts = messages.text, [when]
    if epoch.loss is not None:
        parts.append(text("training.loss", loss=decimal(epoch.loss, messages)))
    if epoch.score:
        parts.append(text("training.score", score=decimal(epoch.score, messages)))
    if epoch.seconds is not None:
        parts.append(text("training.took", time=duration(epoch.seconds, messages)))
    return ", ".join(parts)


def _when(stage: str, epoch: int, several: bool, messages: Messages) -> str:
    """The name of an epoch; that of its stage says something only where there are several."""
    if several:
        return messages.text("training.epoch-row-of-stage", stage=stage, epoch=epoch)
    return messages.text("training.epoch-row", epoch=epoch)


def curve_sentence(epochs: Sequence[Epoch], messages: Messages) -> str:
    """What the curve shows, for those who do not see it."""
    losses = [epoch.loss for epoch in epochs if epoch.loss is not None]
    scores = [epoch.score for epoch in epochs if epoch.score]
    if not losses:
        return messages.text("training.curve-empty")
    first, last = decimal(losses[0], messages), decimal(losses[-1], messages)
    sentence = messages.text("training.curve-loss", first=first, last=last, count=len(losses))
    if scores:
        best = decimal(max(scores), messages)
        last = decimal(scores[-1], messages)
        sentence = f"{sentence} {messages.text('training.curve-score', last=last, best=best)}"
    return sentence


def photo_lines(samples: Sequence[Sample], messages: Messages) -> dict[Path, str]:
    """Each photo with what the model says of it by now."""
    latest = {sample.file: sample.caption for sample in samples}
    return {
        file: messages.text("training.photo", file=file.name, caption=caption)
        for file, caption in latest.items()
    }


def photo_story(samples: Sequence[Sample], file: Path, messages: Messages) -> str:
    """What people say of a photo, and what the model said after each epoch; a line each."""
    own = [sample for sample in samples if sample.file == file]
    if not own:
        return ""
    several = len({sample.stage for sample in own}) > 1
    lines = [messages.text("training.reference", text=text) for text in own[-1].references]
    for sample in reversed(own):
        when = _when(sample.stage, sample.epoch, several, messages)
        lines.append(messages.text("training.said", when=when, caption=sample.caption))
    return "\n".join(lines)


def duration(seconds: float, messages: Messages) -> str:
    """A stretch of time as one would say it."""
    if seconds < _MINUTE_S:
        return messages.text("training.less-than-a-minute")
    minutes = math.ceil(seconds / _MINUTE_S)
    if minutes >= 2 * _COARSE_MINUTES:
        minutes = _COARSE_MINUTES * math.ceil(minutes / _COARSE_MINUTES)
    hours, rest = divmod(minutes, _HOUR_S // _MINUTE_S)
    if not hours:
        return messages.text("training.minutes", minutes=minutes)
    if not rest:
        return messages.text("training.hours", hours=hours)
    return messages.text("training.hours-minutes", hours=hours, minutes=rest)


def in_short(reason: str) -> str:
    """A reason that can be listened to; the whole of it stands in the window."""
    if len(reason) <= _SPOKEN_LETTERS:
        return reason
    return reason[:_SPOKEN_LETTERS].rpartition(" ")[0] + "…"


def _change(before: float | None, after: float) -> str:
    if before is None or abs(after - before) < _SAME:
        return "as-before"
    return "lower" if after < before else "higher"
