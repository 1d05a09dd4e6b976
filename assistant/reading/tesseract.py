"""The tesseract program as a ``TextReader``. Pictures go through its standard input, never through a file.

Options after its manual (tesseract 5): ``--psm 11`` finds words wherever they are and leaves the order to
``layout``; its own analysis takes what has a frame for a picture. Its table has a row for each word:
level, page, block, paragraph, line, word, left, top, width, height, confidence in percent, text.

Not run: on Windows and macOS.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.capture.desktop import Area
from assistant.environment import install_program, program_path, tessdata_folder
from assistant.reading.lines import lines_of
from assistant.reading.page import Page, Word
from assistant.reading.preparing import Grey, prepare
from assistant.reading.program import Program
from assistant.reading.reader import ReadingError, ReadingFault
from engine import Pixels

LANGUAGE = "vie"
"""Vietnamese alone: its data reads English as well as the English data does, which beside it turns "đã" into
"da"; measured in docs/reading.md."""

TIME_LIMIT_S = 60.0
"""A full screen of small letters takes a tenth of it."""

_ANSWER_S = 10.0

_VARIABLES = {"OMP_THREAD_LIMIT": "1"}
"""Its threads cost more than they bring: docs/reading.md."""

_WORD_LEVEL = "5"
_QUOTED = re.compile(rb'"(.+)"')

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Data:
    """The language data that a program has.

    Attributes:
        folder: with a file for each language; ``None`` when the program does not say.
        languages: codes such as ``vie``.
    """

    folder: Path | None
    languages: frozenset[str]


class Tesseract:
    """A ``TextReader``; see there for what is not told here.

    Args:
        own_data: folder of language data that is used instead of the program's as soon as it has Vietnamese;
            need not exist.
    """

    name = "tesseract"

    def __init__(self, own_data: Path | None = None) -> None:
        self._own_data = own_data or tessdata_folder()
        self._program = Program(self.name, _VARIABLES)

    def check(self) -> None:
        """See ``TextReader``."""
        self._arguments()

    def read(self, image: Pixels, leave_out: Sequence[Area] = ()) -> Page:
        """See ``TextReader``."""
        arguments = [*self._arguments(), "--psm", "11", "-c", "tessedit_create_tsv=1"]
        prepared = prepare(image, leave_out)
        table = self._program.run(["stdin", "stdout", *arguments], _pgm(prepared.grey), limit_s=TIME_LIMIT_S)
        words = list(_words(table.decode(errors="replace"), prepared.scale))
        page = Page(lines_of(words), self.name)
        _log.info("%d words, %d lines in a picture of %s", len(words), len(page.lines), image.shape)
        return page

    def cancel(self) -> None:
        """See ``TextReader``."""
        self._program.cancel()

    def data(self) -> Data:
        """The language data that is used now.

        Raises:
            ReadingError: MISSING, TIMED_OUT or FAILED.
            ReadingCancelled: see ``TextReader``.
        """
        own = frozenset(file.stem for file in self._own_data.glob("*.traineddata"))
        if LANGUAGE in own:
            return Data(self._own_data, own)
        # A line with the folder in quotes, then a language a line.
        title, *rest = self._program.run(["--list-langs"], limit_s=_ANSWER_S).splitlines() or [b""]
        quoted = _QUOTED.search(title)
        folder = Path(quoted[1].decode(errors="surrogateescape")) if quoted else None
        return Data(folder, frozenset(line.strip().decode(errors="replace") for line in rest))

    def _arguments(self) -> list[str]:
        if program_path(self.name) is None:
            raise ReadingError("tesseract is not installed", ReadingFault.MISSING, install_line())
        data = self.data()
        if LANGUAGE not in data.languages:
            raise ReadingError(
                f"tesseract has no data for Vietnamese in {data.folder}", ReadingFault.NO_VIETNAMESE,
                install_line(),
            )  # fmt: skip
        place = ["--tessdata-dir", str(data.folder)] if data.folder == self._own_data else []
        return [*place, "-l", LANGUAGE]


def install_line() -> str:
    """The line that installs tesseract with Vietnamese on this system."""
    if program_path("dnf") and not program_path("apt-get"):
        return "sudo dnf install tesseract tesseract-langpack-vie"
    return install_program(
        "tesseract-ocr tesseract-ocr-vie", "UB-Mannheim.TesseractOCR", "tesseract tesseract-lang"
    )


def _pgm(grey: Grey) -> bytes:
    """A picture as a portable graymap: a header and its bytes."""
    height, width = grey.shape
    return b"P5 %d %d 255\n" % (width, height) + grey.tobytes()


def _words(table: str, scale: float) -> Iterator[Word]:
    for line in table.splitlines()[1:]:
        level, *_, left, top, width, height, confidence, text = line.split("\t")
        text = "".join(unicodedata.normalize("NFC", text).split())
        if level != _WORD_LEVEL or not text:
            continue
        area = Area(*(round(int(number) / scale) for number in (left, top, width, height)))
        yield Word(text, float(confidence) / 100, area)
