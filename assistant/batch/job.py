"""Describing every picture of a folder: which is next, what came out, and going on after a restart."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from assistant.storage import Journal, storage_fault
from engine import Caption, Certainty, Verdict

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"))
"""What counts as a picture, in any case of letters."""

_log = logging.getLogger(__name__)


class BatchFault(StrEnum):
    """Why a folder cannot be described; the values are keys of the messages ``batch.*``."""

    MISSING = "missing"
    NOT_A_FOLDER = "not-a-folder"
    FORBIDDEN = "forbidden"
    """The folder exists and may not be looked into."""
    NO_PICTURES = "no-pictures"
    READ_ONLY = "read-only"
    """The state or the results are to be written where nothing may be written."""
    DISK_FULL = "disk-full"
    FAILED = "failed"
    UNKNOWN_FORMAT = "unknown-format"
    """Results are wanted in a file that is neither ``.csv`` nor ``.json``."""


class BatchError(Exception):
    """A folder cannot be described, or what came out cannot be stored.

    Attributes:
        fault: what the sentence is chosen by.
    """

    def __init__(self, message: str, fault: BatchFault) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out for one picture.

    Attributes:
        file: path within the folder, with ``/`` on every system.
        size: bytes of the file when it was handed out.
        modified_ns: its modification time then, nanoseconds since 1970.
        text, confidence, verdict, model: as in ``engine.Caption``; the verdict is ``None`` and the
            others are empty when the picture failed.
        error: why it failed, in words for the person.
        alt_text: what this program last wrote beside the picture; empty when it never did.
    """

    file: str
    size: int
    modified_ns: int
    text: str = ""
    confidence: float = 0.0
    verdict: Verdict | None = None
    model: str = ""
    error: str = ""
    alt_text: str = ""

    @property
    def described(self) -> bool:
        """True unless it failed; a picture refused by the engine counts as described."""
        return self.verdict is not None


class Progress(NamedTuple):
    """How far a job is, in pictures."""

    done: int
    failed: int
    total: int


class FolderJob:
    """The pictures of one folder, handed out one at a time, in natural order of their names.

    Each answer is on the disk before ``done`` or ``failed`` returns, so that a kill costs one picture.
    Made by ``open``.

    Attributes:
        folder: absolute.
        paused: nothing is handed out.
        dropped: pictures described once, or listed, that are no longer there; paths within the folder.
    """

    def __init__(self, folder: Path, files: Mapping[str, Path], journal: Journal) -> None:
        self.folder = folder
        self.paused = False
        self.dropped: list[str] = []
        self._files = dict(files)
        self._journal = journal
        with storing(f"read the state of {folder}"):
            self._known = {outcome.file: outcome for outcome in journal.read(_parse)}
        self._drop_vanished()
        self._waiting = deque(file for file in self._files if not self._fresh(file))
        self._current: Outcome | None = None

    @classmethod
    def open(cls, folder: Path, state_folder: Path, *, recursive: bool = True) -> FolderJob:
        """Begin with a folder, or go on where it was left.

        Described pictures are skipped unless their size or modification time changed; failed ones
        are tried again. Hidden files and folders are left out.

        Args:
            folder: of the pictures.
            state_folder: has one file for each folder ever described; made where absent.
            recursive: take the folders inside it too.

        Raises:
            BatchError: the folder cannot be read, has no pictures, or the state cannot be stored.
        """
        folder = folder.resolve()
        pictures = find_pictures(folder, recursive=recursive)
        files = {path.relative_to(folder).as_posix(): path for path in pictures}
        if not files:
            raise BatchError(
                f"Cannot describe {folder}: it has no pictures ({', '.join(sorted(SUFFIXES))}). "
                "Choose another folder.",
                BatchFault.NO_PICTURES,
            )
        with storing(f"keep the state of {folder} in {state_folder}"):
            state_folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return cls(folder, files, Journal(state_folder / f"{name}.jsonl"))

    @property
    def progress(self) -> Progress:
        """Described, failed and all pictures."""
        outcomes = self.outcomes
        failed = sum(not outcome.described for outcome in outcomes)
        return Progress(len(outcomes) - failed, failed, len(self._files))

    @property
    def outcomes(self) -> list[Outcome]:
        """What came out so far, in the order of the files."""
        waiting = set(self._waiting)
        return [self._known[file] for file in self._files if file not in waiting]

    def next_file(self) -> Path | None:
        """The picture to describe now: the same one until it is answered.

        Returns:
            ``None`` when paused or when every picture has its answer.
        """
        if self.paused:
            return None
        while self._current is None and self._waiting:
            self._current = self._unanswered(self._waiting[0])
            if self._current is None:
                self._drop(self._waiting.popleft())
        return self._files[self._current.file] if self._current else None

    def done(self, path: Path, caption: Caption) -> None:
        """Store the description of the picture handed out; a late answer for another is ignored.

        Raises:
            BatchError: it could not be stored; the picture still waits for its answer.
        """
        text = "" if caption.certainty is Certainty.UNRECOGNISED else caption.text
        confidence, verdict = caption.confidence, caption.verdict
        self._answer(path, text=text, confidence=confidence, verdict=verdict, model=caption.model)

    def failed(self, path: Path, message: str) -> None:
        """Store why the picture handed out has no description. Otherwise as ``done``."""
        self._answer(path, error=message)

    def pause(self) -> None:
        """Hand out nothing more; the answer for the current picture is still taken."""
        self.paused = True

    def resume(self) -> None:
        """Go on handing out."""
        self.paused = False

    def wrote_alt_text(self, outcome: Outcome) -> None:
        """Remember that the outcome's text is now in a file beside the picture. Raises as ``done``."""
        self._store(replace(outcome, alt_text=outcome.text))

    def _answer(self, path: Path, **result: Any) -> None:
        if self._current is None or path != self._files[self._current.file]:
            _log.info("ignored a late answer for %s", path)
            return
        self._store(replace(self._current, **result))
        self._waiting.popleft()
        self._current = None

    def _store(self, outcome: Outcome) -> None:
        with storing(f"keep the state of {self.folder}"):
            self._journal.append(asdict(outcome))
        self._known[outcome.file] = outcome

    def _unanswered(self, file: str) -> Outcome | None:
        """The outcome to fill in, with what the file is before anybody reads it; ``None`` if it is gone."""
        try:
            status = self._files[file].stat()
        except OSError:
            return None
        alt_text = self._known[file].alt_text if file in self._known else ""
        return Outcome(file=file, size=status.st_size, modified_ns=status.st_mtime_ns, alt_text=alt_text)

    def _fresh(self, file: str) -> bool:
        """True when the file was described and has not changed since."""
        before, now = self._known.get(file), self._unanswered(file)
        if before is None or now is None or not before.described:
            return False
        return (before.size, before.modified_ns) == (now.size, now.modified_ns)

    def _drop_vanished(self) -> None:
        # A file that is there but not listed belongs to another choice of ``recursive``.
        for file in [file for file in self._known if not (self.folder / file).exists()]:
            self._drop(file)
        if self.dropped:
            with storing(f"keep the state of {self.folder}"):
                self._journal.rewrite(asdict(outcome) for outcome in self._known.values())

    def _drop(self, file: str) -> None:
        _log.info("%s is no longer in %s", file, self.folder)
        self.dropped.append(file)
        self._files.pop(file, None)
        self._known.pop(file, None)


def find_pictures(folder: Path, *, recursive: bool) -> list[Path]:
    """The pictures of a folder in natural order (2 before 10), without hidden ones.

    Raises:
        BatchError: the folder cannot be read; unreadable folders inside it are logged and passed over.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as exc:
        faults = {FileNotFoundError: BatchFault.MISSING, NotADirectoryError: BatchFault.NOT_A_FOLDER}
        raise BatchError(
            f"Cannot describe {folder}: {exc.strerror}. Choose a folder you may read.",
            faults.get(type(exc), BatchFault.FORBIDDEN),
        ) from exc
    found: list[Path] = []
    for place, inner, names in os.walk(folder, onerror=_passed_over):
        inner[:] = [name for name in inner if recursive and not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    # Only real files: reading a named pipe would wait for ever.
    pictures = [path for path in found if path.suffix.lower() in SUFFIXES and path.is_file()]
    return sorted(pictures, key=_natural_order)


def _passed_over(error: OSError) -> None:
    _log.warning("passed over %s: %s", error.filename, error.strerror)


def _natural_order(path: Path) -> tuple[list[list[str | int]], str]:
    """Numbers by their value, letters whatever their case; the path itself decides between equals."""
    parts = [re.split(r"(\d+)", part.casefold()) for part in path.parts]
    keys = [[int(piece) if piece.isdecimal() else piece for piece in pieces] for pieces in parts]
    return keys, str(path)


@contextmanager
def storing(attempt: str) -> Iterator[None]:
    """Turn what the system refuses into a ``BatchError``."""
    try:
        yield
    except OSError as exc:
        raise BatchError(
            f"Cannot {attempt}: {exc.strerror}. Make the folder writable, or free some space on the disk.",
            BatchFault(storage_fault(exc)),
        ) from exc


def _parse(raw: dict[str, Any]) -> Outcome:
    verdict = raw["verdict"]
    return Outcome(
        file=str(raw["file"]),
        size=int(raw["size"]),
        modified_ns=int(raw["modified_ns"]),
        text=str(raw["text"]),
        confidence=float(raw["confidence"]),
        verdict=None if verdict is None else Verdict(verdict),
        model=str(raw["model"]),
        error=str(raw["error"]),
        alt_text=str(raw["alt_text"]),
    )
