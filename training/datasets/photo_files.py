"""Finds the photos a dataset names, and none but those inside its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from training.datasets.problems import Problem

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"})

_ABSOLUTE = re.compile(r"^(/|[A-Za-z]:|~)")


class PhotoFiles:
    """The photos below a folder.

    Args:
        root: the folder a person named as the data. Links that lead out of it are not followed.
        folder: the dataset's, which is ``root`` or in it.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder = root, folder
        self._real_root = root.resolve()
        self._resolved: dict[Path, Path] = {}

    def find(
        self, name: str, folders: Sequence[str], *, elsewhere: bool = True, any_suffix: bool = False
    ) -> Path | Problem:
        """The file of a photo, or why there is none.

        Args:
            name: as the dataset writes it, perhaps with folders.
            folders: where to look, below the dataset's; one named earlier is preferred.
            elsewhere: search all other folders too, where names are those of one photo in all of them.
            any_suffix: take a file of another suffix, if that is all there is.
        """
        name = name.strip().replace("\\", "/")
        if _ABSOLUTE.match(name) or ".." in PurePosixPath(name).parts:
            return Problem.PHOTO_OUTSIDE
        if not name or "\0" in name:
            return Problem.PHOTO_MISSING
        for folder in folders:
            found = self._folder / folder / name
            if _is_file(found):
                return self._checked(found)
        places = self._names.get(PurePosixPath(name).name, [])
        if not places and any_suffix:
            places = self._stems.get(PurePosixPath(name).stem, [])
        if not elsewhere:
            allowed = [self._folder / folder for folder in folders]
            places = [place for place in places if any(place.is_relative_to(folder) for folder in allowed)]
        if not places:
            return Problem.PHOTO_MISSING
        return self._checked(min(places, key=lambda place: self._rank(place, name, folders)))

    def all(self) -> list[Path]:
        """All photos below the dataset's folder, sorted."""
        paths = (path for places in self._names.values() for path in places)
        return sorted(path for path in paths if path.is_relative_to(self._folder))

    @cached_property
    def _names(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for place, below, files in os.walk(self._root):
            below.sort()
            for file in sorted(files):
                if os.path.splitext(file)[1].lower() in SUFFIXES:  # noqa: PTH122 a Path each is slow
                    found.setdefault(file, []).append(Path(place, file))
        return found

    @cached_property
    def _stems(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for name, places in self._names.items():
            found.setdefault(PurePosixPath(name).stem, []).extend(places)
        return found

    def _checked(self, file: Path) -> Path | Problem:
        """The file, unless a link in its path leads out of the folder."""
        parent = self._resolved.get(file.parent)
        if parent is None:
            parent = self._resolved[file.parent] = file.parent.resolve()
        real = file.resolve() if file.is_symlink() else parent / file.name
        return file if real.is_relative_to(self._real_root) else Problem.PHOTO_OUTSIDE

    def _rank(self, place: Path, name: str, folders: Sequence[str]) -> tuple[bool, bool, int, int]:
        """Lowest for the file whose path says most of what was asked for."""
        text = place.as_posix()
        listed = (number for number, folder in enumerate(folders) if folder and f"/{folder}/" in text)
        return (
            not place.is_relative_to(self._folder),
            not text.endswith(f"/{name}"),
            next(listed, len(folders)),
            len(place.parts),
        )


def is_photo_name(name: str) -> bool:
    """Whether a name ends as those of photos do."""
    return PurePosixPath(name.strip()).suffix.lower() in SUFFIXES


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the system takes
        return False
