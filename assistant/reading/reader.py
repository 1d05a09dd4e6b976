"""What every text recogniser can do, and how it fails."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from assistant.capture.desktop import Area
from assistant.reading.page import Page
from engine import Pixels


class ReadingFault(StrEnum):
    """Why a picture was not read; the values are keys of the messages ``reading.*``."""

    MISSING = "missing"
    """The recogniser is not installed."""
    NO_VIETNAMESE = "no-vietnamese"
    """It is installed, its data for Vietnamese is not."""
    TIMED_OUT = "timed-out"
    FAILED = "failed"


class ReadingError(Exception):
    """A picture could not be read.

    Attributes:
        fault: what the sentence is chosen by.
        install: the line that installs what is missing; empty where nothing is.
    """

    def __init__(self, message: str, fault: ReadingFault, install: str = "") -> None:
        super().__init__(message)
        self.fault, self.install = fault, install


class ReadingCancelled(Exception):
    """Somebody called the reading off; no error."""


class TextReader(Protocol):
    """Reads the text of one picture. Everything may be called from any thread."""

    @property
    def name(self) -> str:
        """For the log and ``doctor``."""

    def check(self) -> None:
        """Find out whether pictures can be read here; may block for a moment.

        Raises:
            ReadingError: MISSING or NO_VIETNAMESE, with the line that installs what is missing; FAILED.
            ReadingCancelled: ``cancel`` was called, also if before.
        """

    def read(self, image: Pixels, leave_out: Sequence[Area] = ()) -> Page:
        """Read a picture; blocks.

        Args:
            image: RGB, uint8, (H, W, 3).
            leave_out: parts without text, such as photos; in pixels of the picture.

        Raises:
            ReadingError: it could not be read.
            ReadingCancelled: ``cancel`` was called, also if before.
        """

    def cancel(self) -> None:
        """End what is under way within a moment and let nothing begin any more; does not wait."""


def choose_reader(readers: Sequence[TextReader]) -> TextReader:
    """The first that can be used.

    Args:
        readers: the best first; at least one.

    Raises:
        ReadingError: none can be used; what is missing is said of the first one.
        ReadingCancelled: its ``cancel`` was called.
    """
    problems = []
    for reader in readers:
        try:
            reader.check()
        except ReadingError as exc:
            problems.append(exc)
        else:
            return reader
    raise problems[0]
