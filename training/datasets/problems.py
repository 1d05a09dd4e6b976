"""What can be wrong with a dataset, and what is done about it. docs/datasets.md has the same table."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """A reason to list a photo or a caption. A caption's id is that of its photo, ``#`` and its number."""

    PHOTO_MISSING = "photo missing"
    PHOTO_OUTSIDE = "photo outside the folder"
    PHOTO_UNREADABLE = "photo unreadable"
    NO_CAPTION = "no caption"
    IN_TWO_SPLITS = "photo in two splits"
    ORPHAN_CAPTION = "caption without photo"
    BAD_ROW = "row not understood"
    EMPTY_CAPTION = "empty caption"
    DUPLICATE_CAPTION = "duplicate caption"
    DAMAGED_LETTERS = "damaged letters"
    SHORT_CAPTION = "caption too short"
    LONG_CAPTION = "caption too long"
    SURPLUS_CAPTION = "more captions than expected"
    CAPTION_NUMBER = "unexpected number of captions"
    OTHER_ENCODING = "file not in UTF-8"


_IN_TRAINING = "left out of training photos; references for scoring stay as they are"

RULES = {
    Problem.PHOTO_MISSING: "left out with its captions",
    Problem.PHOTO_OUTSIDE: "left out with its captions: only files inside the folder are read",
    Problem.PHOTO_UNREADABLE: "left out with its captions",
    Problem.NO_CAPTION: "left out: it has no caption, or none that can be used",
    Problem.IN_TWO_SPLITS: "left out here, kept in the later split: test before val before train",
    Problem.ORPHAN_CAPTION: "left out: the file does not list its photo",
    Problem.BAD_ROW: "left out",
    Problem.EMPTY_CAPTION: "left out: no letter or digit is in it",
    Problem.DAMAGED_LETTERS: "left out: UTF-8 was taken for another encoding when the file was made",
    Problem.SHORT_CAPTION: _IN_TRAINING,
    Problem.LONG_CAPTION: _IN_TRAINING,
    Problem.DUPLICATE_CAPTION: _IN_TRAINING,
    Problem.SURPLUS_CAPTION: f"{_IN_TRAINING}; the first ones are kept",
    Problem.CAPTION_NUMBER: "kept, with those of its captions that can be used",
    Problem.OTHER_ENCODING: "read all the same: its encoding was recognised",
}
"""What is done about each, in words that go on after the reason and a colon."""


class Problems(dict[str, list[str]]):
    """Reason -> ids."""

    def add(self, problem: Problem, *ids: str) -> None:
        """List ids under a reason."""
        if ids:
            self.setdefault(str(problem), []).extend(ids)
