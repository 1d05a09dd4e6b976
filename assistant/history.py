"""What was described lately, kept on this computer only and within limits of size and age.

One folder: ``index.jsonl`` has a line for each entry, ``<id>.jpg`` its picture. Only the person's own
account may read them.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from PIL import Image

from assistant.capture.picture import Origin, Picture
from assistant.storage import (
    TEMPORARY_PREFIX,
    Journal,
    UnknownFormat,
    encode_record,
    storage_fault,
    write_atomically,
    write_table,
)
from engine import Caption, Levels, Pixels, Verdict, read_image

INDEX_FILE = "index.jsonl"

JPEG_QUALITY = 85
LONGEST_SIDE_PX = 1280
"""Kept pictures are no larger; the models look at far fewer pixels."""

_ID = re.compile(r"[0-9a-f]{11}")
_EXPORTED = ("id", "time", "text", "confidence", "verdict", "alternatives", "origin", "name", "model")

_log = logging.getLogger(__name__)


class HistoryFault(StrEnum):
    """Why the history failed; the values are keys of the messages ``history-error.*``."""

    READ_ONLY = "read-only"
    DISK_FULL = "disk-full"
    FAILED = "failed"
    UNKNOWN_FORMAT = "unknown-format"
    """An export to a file that is neither ``.csv`` nor ``.json``."""


class HistoryError(Exception):
    """The history could not be read or changed; nothing stored before is lost.

    Attributes:
        fault: what the sentence is chosen by.
    """

    def __init__(self, message: str, fault: HistoryFault) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One description of the past.

    Attributes:
        id: 11 hexadecimal digits; later entries have larger ones.
        time: when it was added, aware, UTC.
        text: as in ``engine.Caption``, or what was read.
        confidence, verdict, alternatives, model, levels: as in ``engine.Caption``.
        origin, name: as in ``Picture``.
        picture: the picture was kept, so it can be described again.
    """

    id: str
    time: datetime
    text: str
    confidence: float
    verdict: Verdict
    alternatives: tuple[str, ...]
    origin: Origin
    name: str
    model: str
    picture: bool
    levels: Levels = field(default_factory=Levels)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id must be 11 hexadecimal digits, got {self.id!r}")
        if self.time.tzinfo is None:
            raise ValueError(f"time must be aware, got {self.time}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1], got {self.confidence}")


def _now() -> datetime:
    return datetime.now(UTC)


class History:
    """The entries of one folder. To be used from one thread.

    Args:
        folder: made when the first entry is added.
        limit_bytes: of index and pictures together.
        limit_age: older entries are removed.
        clock: gives an aware time.

    Attributes:
        limit_bytes, limit_age: may be changed; ``prune`` applies them.

    Raises:
        HistoryError: there is an index and it cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit_bytes: int,
        limit_age: timedelta,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.limit_bytes = limit_bytes
        self.limit_age = limit_age
        self._folder = folder
        self._clock = clock
        self._index = Journal(folder / INDEX_FILE)
        with self._storing("read the history"):
            found = sorted(self._index.read(_parse), key=lambda entry: entry.id)
        self._entries = {
            entry.id: replace(entry, picture=self._jpeg_path(entry.id).is_file()) for entry in found
        }
        self._sizes = {entry.id: self._size(entry) for entry in self._entries.values()}
        try:
            self.prune()
            self._remove_orphans()
        except (HistoryError, OSError) as exc:
            _log.warning("the history could not be tidied: %s", exc)

    def entries(self) -> list[Entry]:
        """All entries, newest first."""
        return list(reversed(self._entries.values()))

    def add(self, caption: Caption, picture: Picture, text: str = "") -> Entry:
        """Keep a description and its picture, on the disk when this returns. Then prunes.

        Args:
            caption: the engine's answer.
            picture: what it is about.
            text: what was read, where that takes the place of the caption's text.

        Raises:
            HistoryError: nothing was added, or it was and pruning failed.
        """
        time = self._clock().astimezone(UTC)
        entry = Entry(
            id=self._next_id(time),
            time=time,
            text=text or caption.text,
            confidence=caption.confidence,
            verdict=caption.verdict,
            alternatives=caption.alternatives,
            origin=picture.origin,
            name=picture.name,
            model=caption.model,
            picture=True,
            levels=caption.levels,
        )
        jpeg = _jpeg(picture.pixels)
        with self._storing("add to the history"):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            write_atomically(self._jpeg_path(entry.id), jpeg)
            try:
                self._index.append(_record(entry))
            except OSError:
                self._jpeg_path(entry.id).unlink(missing_ok=True)
                raise
        self._entries[entry.id] = entry
        self._sizes[entry.id] = self._size(entry)
        self.prune()
        return entry

    def picture(self, entry: Entry) -> Pixels:
        """The kept picture, RGB uint8 (H, W, 3), at most 1280 pixels on its longer side.

        Raises:
            ImageError: it was not kept, or is damaged.
        """
        return read_image(self._jpeg_path(entry.id))

    def remove(self, entry_id: str) -> None:
        """Remove one entry and its picture; gone already is well. Raises ``HistoryError`` as ``prune``."""
        self._forget({entry_id})

    def clear(self) -> None:
        """Remove every entry and picture. Raises ``HistoryError`` as ``prune`` does."""
        self._forget(set(self._entries))

    def prune(self) -> None:
        """Remove what is too old, then the oldest until the rest fits.

        Raises:
            HistoryError: the folder cannot be changed.
        """
        now = self._clock()
        kept = [entry.id for entry in self._entries.values() if now - entry.time <= self.limit_age]
        excess = sum(self._sizes[entry_id] for entry_id in kept) - self.limit_bytes
        while excess > 0:
            excess -= self._sizes[kept.pop(0)]
        self._forget(self._entries.keys() - kept)

    def export(self, path: Path) -> None:
        """Write all entries without their pictures, newest first, as CSV or JSON.

        Raises:
            HistoryError: the suffix is neither ``.csv`` nor ``.json``, or the file cannot be written.
        """
        rows = [
            asdict(entry)
            | {"time": entry.time.isoformat(timespec="seconds"), "confidence": round(entry.confidence, 4)}
            for entry in self.entries()
        ]
        try:
            with self._storing(f"export the history to {path}"):
                write_table(path, _EXPORTED, rows)
        except UnknownFormat as exc:
            raise HistoryError(str(exc), HistoryFault.UNKNOWN_FORMAT) from exc

    def _next_id(self, time: datetime) -> str:
        """Milliseconds since 1970, but always after the last entry's, wherever the clock was set."""
        last = max(self._entries, default="0")
        return f"{max(int(time.timestamp() * 1000), int(last, 16) + 1):011x}"

    def _jpeg_path(self, entry_id: str) -> Path:
        return self._folder / f"{entry_id}.jpg"

    def _size(self, entry: Entry) -> int:
        """Bytes of the entry's line and picture."""
        picture_bytes = self._jpeg_path(entry.id).stat().st_size if entry.picture else 0
        return len(encode_record(_record(entry))) + picture_bytes

    def _forget(self, ids: Set[str]) -> None:
        if not ids & self._entries.keys():
            return
        kept = {entry_id: entry for entry_id, entry in self._entries.items() if entry_id not in ids}
        with self._storing("remove from the history"):
            # The index first: after a kill a picture without a line is found and removed.
            self._index.rewrite(map(_record, kept.values()))
            self._entries = kept
            self._remove_orphans()

    def _remove_orphans(self) -> None:
        """Remove pictures without an entry and half-written files."""
        for file in self._folder.glob("*"):
            ours = file.suffix == ".jpg" and _ID.fullmatch(file.stem)
            if file.name.startswith(TEMPORARY_PREFIX) or (ours and file.stem not in self._entries):
                file.unlink()

    @contextmanager
    def _storing(self, attempt: str) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise HistoryError(
                f"Cannot {attempt}, kept in {self._folder}: {exc.strerror}. "
                "Make the folder writable, or free some space on the disk.",
                HistoryFault(storage_fault(exc)),
            ) from exc


def _record(entry: Entry) -> dict[str, object]:
    return asdict(entry) | {"time": entry.time.isoformat()}


def _parse(raw: dict[str, Any]) -> Entry:
    return Entry(
        id=str(raw["id"]),
        time=datetime.fromisoformat(raw["time"]),
        text=str(raw["text"]),
        confidence=float(raw["confidence"]),
        verdict=Verdict(raw["verdict"]),
        alternatives=tuple(map(str, raw["alternatives"])),
        origin=Origin(raw["origin"]),
        name=str(raw["name"]),
        model=str(raw["model"]),
        picture=bool(raw["picture"]),
        levels=Levels(**raw.get("levels", {})),
    )


def _jpeg(pixels: Pixels) -> bytes:
    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=JPEG_QUALITY)
    return data.getvalue()
