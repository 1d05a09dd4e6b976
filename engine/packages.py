"""Model folders as people pass them on: a folder or a zip file, on a disk, a stick or a share."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import ascii_letters
from typing import IO, Protocol, TypeVar

from engine.catalogue import check_name, check_path
from engine.config import ModelConfig, parse_config
from engine.contract import ModelError
from engine.store import CONFIG_FILE
from engine.store_error import StoreError, StoreFault

DOCUMENTS = ("MODEL_CARD.md", "README.md", "LICENSE", "LICENSE.txt", "NOTICE")
"""What goes along with a model without being named in its config."""

_CONFIG_LIMIT_BYTES = 1_000_000
_ENCRYPTED = 0x1
_LEADS_OUT = {"..", *(f"{letter}:" for letter in ascii_letters)}

_Found = TypeVar("_Found")

_READ_ERRORS = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)
"""Of a damaged zip file, or a stick that was taken out; the last stands for a compression nobody uses."""


class Package(Protocol):
    """A folder of files, wherever it is. Names are relative, with ``/``."""

    def size(self, name: str) -> int | None:
        """Bytes of a file; ``None`` when there is none of that name."""

    def open(self, name: str) -> IO[bytes]:
        """Read a file. Raises what is in ``_READ_ERRORS``."""


class _FolderPackage:
    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, name: str) -> int | None:
        path = self._path / name
        return path.stat().st_size if path.is_file() else None

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class _ZipPackage:
    def __init__(self, file: zipfile.ZipFile, prefix: str) -> None:
        self._file, self._prefix = file, prefix

    def size(self, name: str) -> int | None:
        try:
            return self._file.getinfo(self._prefix + name).file_size
        except KeyError:
            return None

    def open(self, name: str) -> IO[bytes]:
        return self._file.open(self._prefix + name)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Find the one model in a folder or zip file: at its top, or in one folder there.

    Raises:
        StoreError: there is none or more than one, or it cannot be read; also where that shows only when
            the package is used.
    """
    try:
        if (path / CONFIG_FILE).is_file():
            yield _FolderPackage(path)
        elif path.is_dir():
            yield _FolderPackage(_only([file.parent for file in path.glob(f"*/{CONFIG_FILE}")], path))
        elif not path.exists():
            raise StoreError(f"There is no {path}.", StoreFault.UNREADABLE)
        elif not zipfile.is_zipfile(path):
            raise StoreError(f"{path} is neither a folder nor a zip file.", StoreFault.NOT_A_MODEL)
        else:
            with zipfile.ZipFile(path) as file:
                yield _ZipPackage(file, _prefix(file, path))
    except _READ_ERRORS as exc:
        raise StoreError(f"Cannot read {path}: {exc}.", StoreFault.UNREADABLE) from exc


def read_config(package: Package, path: Path) -> ModelConfig:
    """The config of a package, all its names checked.

    Args:
        package: see ``opened``.
        path: of the package, for messages.

    Raises:
        StoreError: it cannot be used.
    """
    with package.open(CONFIG_FILE) as stream:
        content = stream.read(_CONFIG_LIMIT_BYTES)
    try:
        config = parse_config(content.decode("utf-8"), source=f"{path}: {CONFIG_FILE}")
    except (ModelError, UnicodeDecodeError) as exc:
        raise StoreError(f"{path} holds no model for this program: {exc}", StoreFault.NOT_A_MODEL) from exc
    check_name(config.name)
    for name in config.files:
        check_path(name)
    return config


def _prefix(file: zipfile.ZipFile, path: Path) -> str:
    """The folder of the model inside a zip file, with its slash."""
    for entry in file.infolist():
        if entry.filename.startswith("/") or _LEADS_OUT & set(re.split(r"[/\\]", entry.filename)):
            message = f"Refused {path}: its entry {entry.filename!r} leads out of its folder."
            raise StoreError(message, StoreFault.UNSAFE)
        if entry.flag_bits & _ENCRYPTED:
            raise StoreError(f"{path} is locked with a password.", StoreFault.UNREADABLE)
    names = [name for name in file.namelist() if name.rpartition("/")[2] == CONFIG_FILE]
    return _only([name.removesuffix(CONFIG_FILE) for name in names if name.count("/") <= 1], path)


def _only(found: list[_Found], path: Path) -> _Found:
    if not found:
        raise StoreError(f"{path} holds no model: no {CONFIG_FILE}.", StoreFault.NOT_A_MODEL)
    if len(found) > 1:
        raise StoreError(f"{path} holds {len(found)} models.", StoreFault.SEVERAL_MODELS)
    return found[0]
