"""Files that a kill or a full disk does not spoil: atomic replacement, journals, tables."""

from __future__ import annotations

import csv
import errno
import io
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

TEMPORARY_PREFIX = ".viclipcap-"
"""How the names of half-written files begin; a kill may leave one behind."""

PRIVATE = 0o600
SHARED = 0o666
"""File modes; the system takes its umask off."""

_DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What JSON and a record of the wrong kinds raise."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_log = logging.getLogger(__name__)


class StorageFault(StrEnum):
    """Why something could not be stored; every table of storage errors in the messages has these keys."""

    READ_ONLY = "read-only"
    DISK_FULL = "disk-full"
    FAILED = "failed"


class UnknownFormat(ValueError):
    """A table is wanted in a file that is neither ``.csv`` nor ``.json``."""


def storage_fault(error: OSError) -> StorageFault:
    """What the system's refusal means for the person."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageFault.READ_ONLY
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFault.DISK_FULL
    return StorageFault.FAILED


def write_atomically(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Replace a file at once: after a kill it holds all of the old bytes or all of the new ones.

    Raises:
        OSError: the file is as it was before.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}")
    temporary.touch(mode=mode, exist_ok=False)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def encode_record(record: Mapping[str, object]) -> bytes:
    """One line of a ``Journal``, its end included."""
    # Names of files may hold bytes that are no UTF-8; Python carries them as lone surrogates, and
    # json.loads() takes them back from bytes.
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


class Journal:
    """Records as JSON lines, each on the disk before ``append`` returns.

    A kill can damage the last line only; it is passed over when reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, parse: Callable[[dict[str, Any]], T]) -> list[T]:
        """All records in order; damaged lines are passed over with one log line.

        Args:
            parse: one line's JSON -> record; may raise what wrong kinds of values raise.

        Raises:
            OSError: there is a file and it cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        lines = [line for line in data.split(b"\n") if line]
        records: list[T] = []
        for line in lines:
            try:
                records.append(parse(json.loads(line)))
            except _DAMAGE:
                continue
        if len(records) < len(lines):
            _log.warning("%s: passed over %d damaged lines", self.path, len(lines) - len(records))
        return records

    def append(self, record: Mapping[str, object]) -> None:
        """Add one record.

        Raises:
            OSError: the file has the records it had before.
        """
        self.path.touch(mode=PRIVATE)
        with self.path.open("r+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(end - 1, 0))
            rest = encode_record(record) if file.read(1) in (b"", b"\n") else b"\n" + encode_record(record)
            try:
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise

    def rewrite(self, records: Iterable[Mapping[str, object]]) -> None:
        """Replace all records at once.

        Raises:
            OSError: the file has the records it had before.
        """
        write_atomically(self.path, b"".join(map(encode_record, records)))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows for other programs: CSV or JSON, as the file's suffix says.

    CSV begins with a byte order mark, without which Excel spoils Vietnamese, and a text that a
    spreadsheet would take for a formula gets an apostrophe before it: titles of windows and names
    of files come from strangers.

    Args:
        path: ends in ``.csv`` or ``.json``.
        columns: keys of each row, in order.
        rows: a sequence of texts in a cell becomes one text in CSV.

    Raises:
        UnknownFormat: another suffix.
        OSError: the file is as it was before.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        text, encoding = _csv(columns, rows), "utf-8-sig"
    elif suffix == ".json":
        chosen = [{column: row[column] for column in columns} for row in rows]
        text, encoding = json.dumps(chosen, ensure_ascii=False, indent=2) + "\n", "utf-8"
    else:
        raise UnknownFormat(f"Cannot write {path}: its suffix is neither .csv nor .json. Choose one of them.")
    write_atomically(path, text.encode(encoding, "replace"), mode=SHARED)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return table.getvalue()


def _cell(value: object) -> object:
    text = " | ".join(map(str, value)) if isinstance(value, tuple) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA_STARTS) else text
