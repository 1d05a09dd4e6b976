"""Models in words: what a person wants to know before a download, and why something failed."""

from __future__ import annotations

import math
from collections.abc import Callable

from assistant.messages import Messages
from assistant.model_shelf import Entry
from engine import StoreError

_STEPS = 10


def megabytes(size_bytes: int) -> int:
    """A size as it is said: whole megabytes, at least one."""
    return max(1, round(size_bytes / 1e6))


def percent_of(done_bytes: int, total_bytes: int) -> int:
    """How much of a model is here; 100 only when it is all."""
    return math.floor(100 * done_bytes / total_bytes) if total_bytes else 100


class Tenths:
    """Tells a percentage only when another tenth is reached.

    Args:
        tell: called with a multiple of ten, from 10 to 100.
        percent: where it begins.
    """

    def __init__(self, tell: Callable[[int], object], percent: int = 0) -> None:
        self._tell, self._step = tell, percent // _STEPS

    def reach(self, percent: int) -> None:
        """Take note of how far it is."""
        if percent // _STEPS > self._step:
            self._step = percent // _STEPS
            self._tell(self._step * _STEPS)


def failure(error: StoreError, messages: Messages) -> str:
    """One sentence for what could not be done."""
    return messages.text(f"store-error.{error.fault}", **error.values)


def title(entry: Entry, messages: Messages) -> str:
    """What a model is called; its name where nobody gave it a title."""
    return entry.offer.title[messages.language] if entry.offer else entry.name


def line(entry: Entry, messages: Messages) -> str:
    """What tells models apart in a list: title, whether it is here, size, licence."""
    key = "installed" if entry.folder else "offered"
    return messages.text(
        f"models-entry.{key}",
        title=title(entry, messages),
        size_mb=megabytes(_size(entry)),
        licence=_licence(entry, messages),
    )


def details(entry: Entry, messages: Messages, kept_percent: int = 0) -> str:
    """All that is known of a model, a fact in each line; no line is empty, NVDA misreads those (#17419).

    Args:
        entry: the model.
        messages: the texts.
        kept_percent: how much of it is here from a download that did not end.
    """
    text, offer = messages.text, entry.offer
    named = (offer.title[messages.language], offer.description[messages.language]) if offer else ()
    lines = [line for line in named if line]
    lines.append(text("models-entry.name", name=entry.name))
    lines.append(text("models-entry.size", size_mb=megabytes(_size(entry))))
    if offer and offer.memory_mb:
        lines.append(text("models-entry.memory", memory_mb=offer.memory_mb))
    lines.append(text("models-entry.licence", licence=_licence(entry, messages)))
    if offer:
        lines.append(text("models-entry.source", source=offer.source or text("models-entry.none-stated")))
        if hosts := offer.hosts():
            lines.append(text("models-entry.from", hosts=", ".join(hosts)))
    if entry.folder:
        lines.append(text("models-entry.place", path=entry.folder.path))
    if kept_percent:
        lines.append(text("models-entry.kept", percent=kept_percent))
    return "\n".join(lines)


def _size(entry: Entry) -> int:
    found = entry.folder or entry.offer
    return found.size_bytes if found else 0


def _licence(entry: Entry, messages: Messages) -> str:
    stated = entry.folder.config.licence if entry.folder else entry.offer.licence if entry.offer else ""
    return stated or messages.text("models-entry.none-stated")
