"""The person's own models: fetched, imported, replaced and removed, each as a whole or not at all.

Work goes on in folders whose names begin with a dot, beside the models, so that the last step is a rename on
one disk. A model that is replaced works until then.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from engine.catalogue import OfferedModel
from engine.contract import ModelError
from engine.downloading import Downloader, Patience, Wanted
from engine.free_space import require_space
from engine.importing import copy_package
from engine.part_file import PartFile
from engine.store import ModelFolder, open_folder, sha256
from engine.store_error import StoreError, StoreFault, storing
from engine.transfer import Transfer

_FETCHING, _REPLACED, _PASSING = ".fetching-", ".replaced-", ".passing-"
"""Kept until a download ends; kept until its successor stands; of no use after a kill."""

_LOCK = ".lock"


class ModelInstaller:
    """Changes the models in one folder. One change at a time, of all programs together.

    Args:
        root: the folder; made when it is needed.
        patience: with servers.
    """

    def __init__(self, root: Path, patience: Patience | None = None) -> None:
        self.root = root
        self._patience = patience or Patience()

    def fetch(self, model: OfferedModel, transfer: Transfer | None = None) -> ModelFolder:
        """Download a model, or the rest of it; one of the same name is replaced.

        Raises:
            StoreError: nothing changed; what was downloaded is kept for the next time.
        """
        transfer = transfer or Transfer()
        if lost := [file.path for file in model.files if not file.urls()]:
            raise StoreError(f"The catalogue has no address of {lost}.", StoreFault.NO_ADDRESS)
        with self._alone(f"fetch {model.name}"):
            files, parts = self._staging(model.name)
            _leave_only(model, files, parts)
            require_space(self.root, model.size_bytes - self.kept_bytes(model))
            self._fetch_files(model, transfer)
            try:
                _check_offer(model, files)
            except (ModelError, StoreError) as exc:
                shutil.rmtree(files.parent)  # the next attempt would only find the same
                message = f"The catalogue contradicts the model {model.name}: {exc}"
                raise StoreError(message, StoreFault.BAD_CATALOGUE) from exc
            self._put(files, model.name)
            shutil.rmtree(files.parent)
        return open_folder(self.root / model.name)

    def kept_bytes(self, model: OfferedModel) -> int:
        """Bytes of a model that are here already from an attempt that did not end."""
        files, parts = self._staging(model.name)
        places = [files / file.path for file in model.files] + [
            _part(parts, file.sha256) for file in model.files
        ]
        return sum(place.stat().st_size for place in places if place.is_file())

    def import_from(self, path: Path, transfer: Transfer | None = None) -> ModelFolder:
        """Copy a model from a folder or zip file; one of the same name is replaced.

        Raises:
            StoreError: nothing changed.
        """
        with self._alone(f"import {path}"):
            staged = self._passing()
            try:
                staged.mkdir()
                config = copy_package(path, staged, transfer or Transfer())
                self._put(staged, config.name)
            finally:
                shutil.rmtree(staged, ignore_errors=True)
        return open_folder(self.root / config.name)

    def owns(self, folder: ModelFolder) -> bool:
        """Whether a model is one of these, and not one that came with the program."""
        return folder.path.parent == self.root

    def remove(self, folder: ModelFolder) -> None:
        """Delete a model.

        Raises:
            StoreError: it is not one of these, or cannot be deleted and is as it was.
        """
        if not self.owns(folder):
            raise StoreError(f"{folder.path} is not in {self.root}; it stays.", StoreFault.NOT_OWN)
        with self._alone(f"remove {folder.name}"):
            doomed = self._passing()
            folder.path.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)  # the next change tries again

    @contextmanager
    def _alone(self, action: str) -> Iterator[None]:
        with storing(action):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / _LOCK, blocking=False)
            try:
                lock.acquire()
            except Timeout as exc:
                raise StoreError(f"Cannot {action}: models are being changed.", StoreFault.BUSY) from exc
            try:
                self._tidy()
                yield
            finally:
                lock.release()

    def _tidy(self) -> None:
        """Put right what a kill left behind."""
        for path in self.root.glob(f"{_PASSING}*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.root.glob(f"{_REPLACED}*"):
            target = self.root / path.name.removeprefix(_REPLACED)
            if target.exists():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.rename(target)

    def _staging(self, name: str) -> tuple[Path, Path]:
        """Folders of the files that are whole, and of the parts."""
        folder = self.root / f"{_FETCHING}{name}"
        return folder / "files", folder / "parts"

    def _passing(self) -> Path:
        return self.root / f"{_PASSING}{secrets.token_hex(6)}"

    def _fetch_files(self, model: OfferedModel, transfer: Transfer) -> None:
        files, parts = self._staging(model.name)
        downloader, before = Downloader(transfer, self._patience), 0
        for file in model.files:
            target, part = files / file.path, _part(parts, file.sha256)
            if not (target.is_file() and sha256(target) == file.sha256):
                reporter = transfer.reporter(before, model.size_bytes)
                wanted = Wanted(file.urls(), file.size_bytes, file.sha256, PartFile(part), reporter)
                downloader.fetch(wanted)
                target.parent.mkdir(parents=True, exist_ok=True)
                part.replace(target)
            before += file.size_bytes
            transfer.report(before, model.size_bytes)

    def _put(self, staged: Path, name: str) -> None:
        """Give a finished folder its name."""
        target, old = self.root / name, self.root / f"{_REPLACED}{name}"
        if target.exists():
            target.rename(old)
        try:
            staged.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _part(parts: Path, digest: str) -> Path:
    return parts / f"{digest}.part"


def _leave_only(model: OfferedModel, files: Path, parts: Path) -> None:
    """Delete what an attempt left that wanted other files."""
    files.mkdir(parents=True, exist_ok=True)
    parts.mkdir(exist_ok=True)
    paths, digests = {file.path for file in model.files}, {file.sha256 for file in model.files}
    for file in [path for path in files.rglob("*") if path.is_file()]:
        if file.relative_to(files).as_posix() not in paths:
            file.unlink()
    for file in list(parts.iterdir()):
        if file.stem not in digests:
            file.unlink()


def _check_offer(model: OfferedModel, files: Path) -> None:
    """Look whether the catalogue offers what the model's own config asks for."""
    config = open_folder(files).config
    offered = {file.path: file.sha256 for file in model.files}
    wrong = [name for name, digest in config.files.items() if offered.get(name) != digest]
    if wrong or config.name != model.name:
        message = f"its config says {config.name} and has other files {wrong}"
        raise StoreError(message, StoreFault.BAD_CATALOGUE)
