"""How describing a folder goes, in words, and when it is worth a word."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from assistant.batch.job import FolderJob
from assistant.batch.results import AltTexts, SkipReason
from assistant.messages import Messages
from engine import Caption, Certainty

STEPS = 10
"""Progress is told at each tenth of the pictures."""

QUIET_S = 5.0
"""And not more often than this."""


class Milestones:
    """Decides when progress is told.

    Args:
        done: share of the pictures that is done already, in [0, 1].
        clock: seconds that only grow.
    """

    def __init__(self, done: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told_step = math.floor(STEPS * done)
        self._told_s = clock()

    def reached(self, done: float) -> bool:
        """Whether to tell this share now; if so it counts as told. The end has a sentence of its own."""
        step, now_s = math.floor(STEPS * done), self._clock()
        if not self._told_step < step < STEPS or now_s - self._told_s < QUIET_S:
            return False
        self._told_step, self._told_s = step, now_s
        return True


def share_done(job: FolderJob) -> float:
    """Share of the pictures that have an answer, failed ones too, in [0, 1]."""
    done, failed, total = job.progress
    return (done + failed) / total if total else 1.0


def opened(job: FolderJob, messages: Messages) -> str:
    """What there is to do, and whether part of it was done before."""
    done, _, total = job.progress
    key = "folder.going-on" if done else "folder.beginning"
    return messages.text(key, folder=job.folder.name, done=done, total=total)


def so_far(key: str, job: FolderJob, messages: Messages) -> str:
    """A sentence with the numbers of a job, such as ``folder.paused``."""
    done, failed, total = job.progress
    percent = math.floor(100 * share_done(job))
    return messages.text(key, done=done + failed, total=total, percent=percent)


def finished(job: FolderJob, messages: Messages) -> str:
    """What came out in the end."""
    done, failed, _ = job.progress
    key = "folder.done-with-failures" if failed else "folder.done"
    sentences = [messages.text(key, done=done, failed=failed)]
    if job.dropped:
        sentences.append(messages.text("batch.dropped", count=len(job.dropped)))
    return " ".join(sentences)


def result(name: str, answer: Caption | str, messages: Messages) -> str:
    """What came out for one picture.

    Args:
        name: of the picture.
        answer: its description, or why there is none.
        messages: the texts.
    """
    if isinstance(answer, str):
        return messages.text("folder.result-failed", file=name, reason=answer)
    if answer.refused or answer.certainty is Certainty.UNRECOGNISED:
        return messages.text("folder.result-failed", file=name, reason=messages.caption(answer))
    certainty = messages.certainty(answer)
    return messages.text("folder.result", file=name, text=answer.text, certainty=certainty)


def alt_summary(texts: AltTexts, messages: Messages) -> str:
    """How many alt texts were written, how many pictures were skipped, and why."""
    sentence = messages.text("folder.alt-written", count=len(texts.written))
    if not texts.skipped:
        return sentence
    counts = Counter(skipped.reason for skipped in texts.skipped)
    reasons = [
        messages.text(f"folder.{reason}", count=counts[reason]) for reason in SkipReason if counts[reason]
    ]
    return f"{sentence} {messages.text('folder.alt-skipped', reasons=', '.join(reasons))}"


def alt_report(texts: AltTexts, messages: Messages) -> str:
    """The summary, and a line for each picture that was skipped."""
    lines = [
        messages.text(
            "folder.result-failed", file=skipped.picture.name, reason=messages.text(f"batch.{skipped.reason}")
        )
        for skipped in texts.skipped
    ]
    return "\n".join([alt_summary(texts, messages), *lines])
