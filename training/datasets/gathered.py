"""What a reader hands on: photos and captions as the files name them, nothing judged yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from training.datasets.photo_files import PhotoFiles
from training.datasets.problems import Problem, Problems


@dataclass(slots=True)
class Photo:
    """One photo as a dataset's files name it.

    Attributes:
        id: unique within the dataset.
        split: ``train``, ``val`` or ``test``.
        image: its file, or why there is none.
        captions: in the order of the file.
        english: the same in English.
    """

    id: str
    split: str
    image: Path | Problem
    captions: list[str] = field(default_factory=list)
    english: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathered:
    """All that the files of a dataset say.

    Attributes:
        photos: by id.
        problems: rows that belong to no photo, and the like.
    """

    photos: dict[str, Photo] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def add(self, split: str, name: str, captions: Iterable[str], image: Path | Problem) -> None:
        """Add captions of a photo, which may have been named before."""
        key = f"{split}/{name}"
        self.photos.setdefault(key, Photo(key, split, image)).captions.extend(captions)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to lay a dataset out.

    Attributes:
        kind: its name.
        looks_for: what a folder of this form has in it, in words.
        read: reads a folder, given the photos it may use; ``None`` when it is not of this form. A folder that
            is, but cannot be read, is a ``DataError``.
        captions: how many a photo has, where the dataset promises a number.
        shortest: syllables a caption has at least.
        validation_share: of the training photos, where there are no photos for validation.
    """

    kind: str
    looks_for: str
    read: Callable[[Path, PhotoFiles], Gathered | None]
    captions: int | None = None
    shortest: int = 1
    validation_share: float = 0.1
