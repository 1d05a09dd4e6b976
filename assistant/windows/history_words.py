"""An entry of the history in words: as one sentence for the list, and in full."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.history import Entry
from assistant.messages import Messages
from engine import Certainty, Verdict

LONGEST_ITEM = 160
"""Letters of a text in the list; the whole text is in the box below it."""


def spoken(entry: Entry, messages: Messages) -> str:
    """The description again, its tone as sure as the program was; what was read; or why there was nothing."""
    if _refused(entry):
        return entry.text or messages.text(f"verdict.{entry.verdict}")
    return messages.hedged(entry.text, entry.confidence, entry.levels)


def plain(entry: Entry, messages: Messages) -> str:
    """The description as such; or why there was none."""
    recognised = entry.levels.certainty(entry.confidence) is not Certainty.UNRECOGNISED
    return entry.text if recognised and not _refused(entry) else spoken(entry, messages)


def sentence(entry: Entry, messages: Messages, now: datetime) -> str:
    """Everything a person needs to tell entries apart by ear.

    Args:
        entry: any.
        messages: the texts.
        now: aware, in the person's time zone.
    """
    values = {
        "when": when(entry.time, messages, now),
        "source": source(entry, messages),
        "text": _short(plain(entry, messages)),
    }
    if _refused(entry):
        return messages.text("history.item-refused", **values)
    return messages.text("history.item", **values, certainty=_certainty(entry, messages))


def _short(text: str) -> str:
    """One line that does not hold up who goes through a list."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_ITEM else f"{line[:LONGEST_ITEM].rstrip()}…"


def in_full(entry: Entry, messages: Messages, now: datetime) -> str:
    """All that is known of an entry, a fact in each line; no line is empty, NVDA misreads those (#17419)."""
    lines = [plain(entry, messages)]
    if not _refused(entry):
        lines.append(messages.text("history.certainty", certainty=_certainty(entry, messages)))
        lines += [messages.text("history.alternative", text=text) for text in entry.alternatives]
    origin, time = source(entry, messages), when(entry.time, messages, now)
    lines.append(messages.text("history.origin", source=origin, when=time))
    lines.append(messages.text("history.model", model=entry.model))
    if not entry.picture:
        lines.append(messages.text("history.no-picture"))
    return "\n".join(lines)


def when(time: datetime, messages: Messages, now: datetime) -> str:
    """A time as people say it: today, yesterday, or a date.

    Args:
        time: aware.
        messages: the texts.
        now: aware, in the time zone to say it in.
    """
    local = time.astimezone(now.tzinfo)
    clock = local.strftime("%H:%M")
    if local.date() == now.date():
        return messages.text("history.today", time=clock)
    if local.date() == now.date() - timedelta(days=1):
        return messages.text("history.yesterday", time=clock)
    return messages.text("history.date", day=local.day, month=local.month, year=local.year, time=clock)


def source(entry: Entry, messages: Messages) -> str:
    """Where the picture came from, to stand inside a sentence."""
    origin = messages.text(f"origin.{entry.origin}")
    return f"{origin[:1].lower()}{origin[1:]} {entry.name}".rstrip()


def _refused(entry: Entry) -> bool:
    return entry.verdict is not Verdict.PHOTO


def _certainty(entry: Entry, messages: Messages) -> str:
    return messages.text(f"certainty.{entry.levels.certainty(entry.confidence)}")
