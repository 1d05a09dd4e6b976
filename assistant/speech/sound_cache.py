"""Spoken sentences kept on disk, so that an online voice is asked once for each."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from pathlib import Path

from assistant.storage import TEMPORARY_PREFIX, write_atomically

_SUFFIX = ".mp3"
_OURS = re.compile(rf"[0-9a-f]{{64}}{re.escape(_SUFFIX)}|{re.escape(TEMPORARY_PREFIX)}.*")
"""File names that may be removed; whatever else lies in the folder is somebody else's."""

_log = logging.getLogger(__name__)


def sound_key(engine: str, voice: str, rate: str, text: str) -> str:
    """The name under which a sound is kept; the text cannot be read from it.

    Args:
        engine: name of the voice engine.
        voice: id of its voice.
        rate: name of its speed.
        text: what is said.
    """
    record = json.dumps([engine, voice, rate, text])
    return hashlib.sha256(record.encode()).hexdigest()


class SoundCache:
    """A folder of MP3 files, those not heard for longest removed first.

    Nothing here raises for a damaged, full or forbidden folder: the voice then works without.
    May be used from several threads.

    Args:
        folder: made when the first sound is kept.
        limit_bytes: all sounds together are at most this large.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit_bytes = folder, limit_bytes
        self._lock = threading.Lock()

    def find(self, key: str) -> Path | None:
        """The file of a sound, which from now on counts as just heard; ``None`` when there is none."""
        path = self._path(key)
        try:
            if not path.is_file():
                return None
            os.utime(path)
        except OSError as exc:
            _log.info("a kept sound cannot be marked as heard: %s", exc)
        return path

    def put(self, key: str, sound: bytes) -> None:
        """Keep a sound, unless it alone is over the limit."""
        if len(sound) > self._limit_bytes:
            return
        with self._lock:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomically(self._path(key), sound)
            except OSError as exc:
                _log.warning("a spoken sentence cannot be kept: %s", exc)
            self._shrink()

    def discard(self, key: str) -> None:
        """Forget one sound, for example a damaged one."""
        _remove(self._path(key))

    def clear(self) -> None:
        """Forget all sounds."""
        with self._lock:
            for path, _, _ in self._files():
                _remove(path)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _shrink(self) -> None:
        files = sorted(self._files(), key=lambda file: file[1])
        total = sum(size for _, _, size in files)
        for path, _, size in files:
            if total <= self._limit_bytes:
                return
            _remove(path)
            total -= size

    def _files(self) -> list[tuple[Path, int, int]]:
        """Path, time last heard (ns), size (bytes) of each file of the cache."""
        found = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        about = entry.stat(follow_symlinks=False)
                        found.append((Path(entry.path), about.st_mtime_ns, about.st_size))
        except FileNotFoundError:
            _log.debug("no sound was kept yet, or another process removed one")
        except OSError as exc:
            _log.warning("the kept sounds cannot be listed: %s", exc)
        return found


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        _log.info("a kept sound cannot be removed: %s", exc)
