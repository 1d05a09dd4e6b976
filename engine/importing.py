"""A package -> a folder, every file checked against the config's SHA-256 while it is copied."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from engine.config import ModelConfig
from engine.free_space import require_space
from engine.packages import DOCUMENTS, Package, opened, read_config
from engine.store import CONFIG_FILE
from engine.store_error import StoreError, StoreFault, storing
from engine.transfer import Transfer

_CHUNK_BYTES = 1 << 20


def copy_package(path: Path, target: Path, transfer: Transfer) -> ModelConfig:
    """Copy a model out of a folder or zip file: what its config names, and its licence and model card.

    Args:
        path: the folder or zip file; see ``engine.packages.opened``.
        target: an empty folder.
        transfer: told how far it is.

    Returns:
        the model's config.

    Raises:
        StoreError: it cannot be read, is damaged or does not fit; ``target`` may hold a part of it.
    """
    with opened(path) as package:
        config = read_config(package, path)
        sizes = _sizes(package, config, path)
        total = sum(sizes.values())
        require_space(target, total)
        before = 0
        for name, size in sizes.items():
            digest = _copy(package, name, target / name, transfer.reporter(before, total))
            before += size
            if digest != config.files.get(name, digest):
                message = f"{path}: {name} is damaged, its SHA-256 is not the config's."
                raise StoreError(message, StoreFault.DAMAGED)
    return config


def _sizes(package: Package, config: ModelConfig, path: Path) -> dict[str, int]:
    """Name -> bytes of everything that is to be copied."""
    sizes = {}
    for name in (CONFIG_FILE, *config.files):
        size = package.size(name)
        if size is None:
            raise StoreError(f"{path} is incomplete: {name} is absent.", StoreFault.DAMAGED)
        sizes[name] = size
    for name in DOCUMENTS:
        if size := package.size(name):
            sizes[name] = size
    return sizes


def _chunk(stream: IO[bytes], name: str) -> bytes:
    try:
        return stream.read(_CHUNK_BYTES)
    except OSError as exc:  # of the source: not to be taken for a fault of the disk that is written to
        raise StoreError(f"Cannot read {name}: {exc}.", StoreFault.UNREADABLE) from exc


def _copy(package: Package, name: str, target: Path, progressed: Callable[[int], object]) -> str:
    """Copy one file; returns its SHA-256 in hex."""
    digest, done = hashlib.sha256(), 0
    with package.open(name) as stream, storing(f"write {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            while chunk := _chunk(stream, name):
                digest.update(chunk)
                file.write(chunk)
                done += len(chunk)
                progressed(done)
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()
