"""An array of features on disk that grows photo by photo, and is there only when it is whole."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.free_space import require_space

SAVE_EVERY_S = 10.0
"""A kill costs at most this much encoding."""

_log = logging.getLogger(__name__)


def facts_file(path: Path) -> Path:
    """The file beside an array of features that says which photos could not be read."""
    return path.with_suffix(".json")


class FeatureFile:
    """Features being written, after those that a stopped run has written.

    Args:
        path: of the finished ``.npy``; until then there are ``.part`` and ``.progress`` beside it.
        photos: how many there will be.
        variants: rows of each.

    Attributes:
        done: photos written.
        unreadable: positions of those that could not be read.
    """

    def __init__(self, path: Path, photos: int, variants: int) -> None:
        self._path, self._shape = path, (photos, variants)
        self._partial, self._progress = path.with_suffix(".part"), path.with_suffix(".progress")
        self.done = 0
        self.unreadable: list[int] = []
        self._values: np.memmap[tuple[int, ...], np.dtype[np.float16]] | None = None
        self._saved = time.monotonic()
        self._resume()

    def append(self, features: NDArray[np.float16], unreadable: Sequence[int]) -> None:
        """Write the next photos.

        Args:
            features: (B, variants, P, E).
            unreadable: which of the B could not be read.

        Raises:
            StoreError: there is no room for all photos; found before the first is written.
        """
        if self._values is None:
            self._values = self._allocate(features.shape[2:])
        self.unreadable += [self.done + i for i in unreadable]
        self._values[self.done : self.done + len(features)] = features
        self.done += len(features)
        if time.monotonic() - self._saved >= SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Make sure that a run that is killed from now on loses nothing."""
        if self._values is not None:
            self._values.flush()
            _write(self._progress, {"done": self.done, "unreadable": self.unreadable})
        self._saved = time.monotonic()

    def finish(self) -> None:
        """All photos are written: give the file its name."""
        self.save()
        _write(facts_file(self._path), {"unreadable": self.unreadable})
        self._values = None  # Windows renames no file that is mapped
        self._partial.replace(self._path)
        self._progress.unlink(missing_ok=True)

    def _resume(self) -> None:
        try:
            state = json.loads(self._progress.read_text(encoding="utf-8"))
            values = np.lib.format.open_memmap(self._partial, "r+")
            done, unreadable = int(state["done"]), list(state["unreadable"])
        except (OSError, ValueError, KeyError, TypeError):  # there is none, or it was cut off
            return
        if values.shape[:2] == self._shape:
            self.done, self.unreadable, self._values = done, unreadable, values
            _log.info("going on at photo %d of %d", done, self._shape[0])

    def _allocate(self, shape: tuple[int, ...]) -> np.memmap[tuple[int, ...], np.dtype[np.float16]]:
        whole = (*self._shape, *shape)
        require_space(self._path.parent, int(np.prod(whole)) * np.dtype(np.float16).itemsize)
        return np.lib.format.open_memmap(self._partial, "w+", np.dtype(np.float16), whole)


def _write(file: Path, state: dict[str, object]) -> None:
    partial = file.with_name(f"{file.name}.part")
    partial.write_text(json.dumps(state), encoding="utf-8")
    partial.replace(file)
