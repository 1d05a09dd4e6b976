"""What a reader gathered -> a dataset that can be used: bad rows are left out and listed, by fixed rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from pathlib import Path

from training.data import Dataset, Example
from training.datasets.gathered import Form, Gathered, Photo
from training.datasets.leaks import in_later_split
from training.datasets.problems import Problem, Problems
from training.datasets.readable import unreadable
from training.datasets.texts import is_damaged
from training.datasets.validation import cut
from training.normalise import normalise

LONGEST_CAPTION = 60
"""Syllables. The longest in KTVIC has 21, in UIT-ViIC 34; language models here have 64 positions or more."""

MOST_CAPTIONS = 50
"""Of a photo, where the dataset promises no number. More are captions that lost their photos."""


def apply(gathered: Gathered, form: Form, *, thorough: bool = False) -> Dataset:
    """Judge every photo and caption, and cut validation photos off where there are none.

    Args:
        gathered: what the files say.
        form: what the dataset promises.
        thorough: decode every photo, instead of looking at its header.
    """
    problems = Problems(gathered.problems)
    photos = _with_files(list(gathered.photos.values()), problems, thorough=thorough)
    examples = [example for photo in photos if (example := _example(photo, form, problems))]
    examples = cut(examples, form.validation_share)
    leaked = in_later_split(examples)
    problems.add(Problem.IN_TWO_SPLITS, *(example.id for example in examples if example.id in leaked))
    return Dataset([example for example in examples if example.id not in leaked], problems, form.kind)


def _with_files(photos: list[Photo], problems: Problems, *, thorough: bool) -> list[Photo]:
    """The photos that are there and can be read."""
    there = []
    for photo in photos:
        if isinstance(photo.image, Problem):
            problems.add(photo.image, photo.id)
        else:
            there.append((photo, photo.image))
    faulty = unreadable([file for _, file in there], thorough=thorough)
    problems.add(Problem.PHOTO_UNREADABLE, *(photo.id for photo, file in there if file in faulty))
    return [photo for photo, file in there if file not in faulty]


def _example(photo: Photo, form: Form, problems: Problems) -> Example | None:
    assert isinstance(photo.image, Path), "photos without a file were left out"
    if photo.captions and form.captions not in (None, len(photo.captions)):
        problems.add(Problem.CAPTION_NUMBER, photo.id)
    kept = _captions(photo, form, problems)
    if not kept and not photo.english:
        problems.add(Problem.NO_CAPTION, photo.id)
        return None
    return Example(photo.id, photo.image, tuple(kept), photo.split, photo.english)


def _captions(photo: Photo, form: Form, problems: Problems) -> list[str]:
    kept: list[str] = []
    seen: set[str] = set()
    for number, caption in enumerate(photo.captions):
        text = unicodedata.normalize("NFC", caption).strip()
        plain = normalise(text)
        problem = _fault(text, plain)
        # References that are scored against are those of the dataset: published scores count all of them.
        if problem is None and photo.split == "train":
            problem = _fault_for_training(plain, seen, form)
        if problem is None:
            kept.append(text)
            seen.add(plain)
        else:
            problems.add(problem, f"{photo.id}#{number}")
    return kept


def _fault(text: str, plain: str) -> Problem | None:
    """Why a caption is of no use at all. ``plain``: the same, normalised."""
    if not plain:
        return Problem.EMPTY_CAPTION
    return Problem.DAMAGED_LETTERS if is_damaged(text) else None


def _fault_for_training(plain: str, seen: Set[str], form: Form) -> Problem | None:
    """Why nothing should be learned from a caption. ``seen``: those of the photo that are kept."""
    syllables = len(plain.split())
    if syllables < form.shortest:
        return Problem.SHORT_CAPTION
    if syllables > LONGEST_CAPTION:
        return Problem.LONG_CAPTION
    if plain in seen:
        return Problem.DUPLICATE_CAPTION
    return Problem.SURPLUS_CAPTION if len(seen) >= (form.captions or MOST_CAPTIONS) else None
