"""What a folder job leaves behind: a table of all descriptions, and alt texts beside the pictures."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.batch.job import BatchError, BatchFault, FolderJob, Outcome, storing
from assistant.storage import SHARED, UnknownFormat, write_atomically, write_table

COLUMNS = ("file", "text", "confidence", "verdict", "error", "model")

_log = logging.getLogger(__name__)


class SkipReason(StrEnum):
    """Why a picture got no alt text; the values are keys of the messages ``batch.*``."""

    NO_TEXT = "alt-no-text"
    """The picture failed or was refused."""
    NOT_OURS = "alt-not-ours"
    """There is a file of that name which this program did not write, or which was edited since."""
    NOT_WRITTEN = "alt-not-written"
    """The system refused."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A picture without a new alt text, and why."""

    picture: Path
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class AltTexts:
    """What ``write_alt_texts`` did: the text files written, the pictures skipped."""

    written: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def write_results(job: FolderJob, path: Path) -> None:
    """Write what came out so far, one row for each picture.

    Args:
        job: finished or not.
        path: ends in ``.csv`` or ``.json``; replaced where it exists.

    Raises:
        BatchError: another suffix, or the file cannot be written.
    """
    try:
        with storing(f"write {path}"):
            write_table(path, COLUMNS, map(_row, job.outcomes))
    except UnknownFormat as exc:
        raise BatchError(str(exc), BatchFault.UNKNOWN_FORMAT) from exc


def _row(outcome: Outcome) -> dict[str, object]:
    confidence = round(outcome.confidence, 4) if outcome.described else None
    return {
        "file": outcome.file,
        "text": outcome.text,
        "confidence": confidence,
        "verdict": outcome.verdict,
        "error": outcome.error,
        "model": outcome.model,
    }


def write_alt_texts(job: FolderJob) -> AltTexts:
    """Write each description to a text file beside its picture: ``cat.jpg`` -> ``cat.jpg.txt``, UTF-8.

    A file is replaced only when it holds exactly what this program wrote there.

    Raises:
        BatchError: what was written could not be remembered.
    """
    written: list[Path] = []
    skipped: list[Skipped] = []
    for outcome in job.outcomes:
        picture = job.folder / outcome.file
        target = picture.with_name(f"{picture.name}.txt")
        reason = _write(outcome, target)
        if reason:
            skipped.append(Skipped(picture, reason))
            continue
        # Only now: after a kill in between, the file is known by the text it shares with the state.
        job.wrote_alt_text(outcome)
        written.append(target)
    return AltTexts(tuple(written), tuple(skipped))


def _write(outcome: Outcome, target: Path) -> SkipReason | None:
    if not outcome.text:
        return SkipReason.NO_TEXT
    content = _content(outcome.text)
    ours = {content, _content(outcome.alt_text)} if outcome.alt_text else {content}
    if not _may_replace(target, ours):
        return SkipReason.NOT_OURS
    try:
        write_atomically(target, content, mode=SHARED)
    except OSError as exc:
        _log.warning("could not write %s: %s", target, exc.strerror)
        return SkipReason.NOT_WRITTEN
    return None


def _content(text: str) -> bytes:
    return f"{text}\n".encode()


def _may_replace(target: Path, ours: set[bytes]) -> bool:
    """True when the file is absent or has one of our contents. A link is never ours."""
    if target.is_symlink():
        return False
    try:
        return target.read_bytes() in ours
    except FileNotFoundError:
        return True
    except OSError:
        return False
