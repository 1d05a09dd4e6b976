"""Language data of tesseract that the person imports: checked, then copied into the app's own folder.

A ``.traineddata`` file begins with the number of its parts, 32 bits, then the place of each part in the file,
64 bits, -1 for those it lacks, all little-endian (tesseract's ``tessdatamanager``). Part 17 is the network.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from pathlib import Path

from assistant.reading.tesseract import LANGUAGE
from assistant.storage import write_atomically

SUFFIX = ".traineddata"

_NETWORK = 17
_MOST_PARTS = 64


class DataFault(StrEnum):
    """Why language data was not imported; the values are keys of the messages ``language-data.*``."""

    NOT_FOUND = "not-found"
    NOT_LANGUAGE_DATA = "not-language-data"
    NOT_VIETNAMESE = "not-vietnamese"
    NOT_WRITTEN = "not-written"


class DataError(Exception):
    """Language data was not imported.

    Attributes:
        fault: what the sentence is chosen by.
        reason: what the system says; may be empty.
    """

    def __init__(self, message: str, fault: DataFault, reason: str = "") -> None:
        super().__init__(message)
        self.fault, self.reason = fault, reason


def import_language_data(path: Path, folder: Path) -> int:
    """Copy a language's data to where it is used from now on.

    Args:
        path: a ``vie.traineddata``.
        folder: made if need be.

    Returns:
        Its size in bytes.

    Raises:
        DataError: nothing was copied; what was there before is still there.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise DataError(f"Cannot read {path}: {exc.strerror}", DataFault.NOT_FOUND) from exc
    if path.name != f"{LANGUAGE}{SUFFIX}":
        raise DataError(f"{path} is not named {LANGUAGE}{SUFFIX}", DataFault.NOT_VIETNAMESE)
    if not _has_network(data):
        raise DataError(f"{path} holds no network of tesseract", DataFault.NOT_LANGUAGE_DATA)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / path.name, data)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise DataError(f"Cannot write to {folder}: {reason}", DataFault.NOT_WRITTEN, reason) from exc
    return len(data)


def _has_network(data: bytes) -> bool:
    if len(data) < 4:
        return False
    (count,) = struct.unpack_from("<i", data)
    if not _NETWORK < count <= _MOST_PARTS or len(data) < 4 + 8 * count:
        return False
    places = struct.unpack_from(f"<{count}q", data, 4)
    inside = all(place == -1 or 4 + 8 * count <= place < len(data) for place in places)
    return inside and places[_NETWORK] != -1
