"""Text files of any age and origin -> text, and texts that were damaged on the way."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from training.data import DataError
from training.datasets.problems import Problem, Problems

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LOOKED_AT = 4096
"""Bytes that tell UTF-16 without a mark from other encodings."""

_LETTERS = frozenset(
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệfghiíìỉĩịjklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvwxyýỳỷỹỵz"
)
_SIGNS = frozenset("‘’“”–—…•«»°·©®™₫€×\xa0")

_TRAIL = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""The second and third bytes of a UTF-8 letter, read as Windows-1252 or Latin-1."""

_MOJIBAKE = re.compile(rf"[ÃÄÅÆ][{_TRAIL}]|á[º»][{_TRAIL}]|[\ufffd\ud800-\udfff]")


def read_text(file: Path, problems: Problems) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1258, in NFC.

    Args:
        file: whose encoding is recognised.
        problems: a file not in UTF-8 is listed here.

    Raises:
        DataError: it is absent, or in another encoding; the message names the first line that is.
    """
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise DataError(f"Cannot read {file}: {exc.strerror}.") from exc
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked(data)
    try:
        text = unicodedata.normalize("NFC", data.decode(encoding))
    except UnicodeDecodeError as exc:
        raise _undecodable(file, data, exc.start) from exc
    if encoding == "cp1258":
        _check_vietnamese(file, data, text)
    if not encoding.startswith("utf-8"):
        problems.add(Problem.OTHER_ENCODING, f"{file.name}: {encoding}")
    return text


def read_json(file: Path, problems: Problems) -> Any:
    """The value of a JSON file.

    Raises:
        DataError: it is absent or not JSON.
    """
    try:
        return json.loads(read_text(file, problems))
    except json.JSONDecodeError as exc:
        raise DataError(f"{file} is not JSON: {exc}.") from exc


def is_damaged(text: str) -> bool:
    """Whether letters were lost: UTF-8 read as Windows-1252 (``Ä‘`` for ``đ``), replaced ones, halves."""
    return _MOJIBAKE.search(text) is not None


def _unmarked(data: bytes) -> str:
    start = data[:_LOOKED_AT]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if zeros.count(0) > len(start) // 8:  # half of Vietnamese text is ASCII, whose other byte is 0
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"


def _check_vietnamese(file: Path, data: bytes, text: str) -> None:
    """Any bytes make some text in Windows-1258; only Vietnamese is taken for it."""
    for position, letter in enumerate(text):
        known = letter.isascii() or letter.lower() in _LETTERS or letter in _SIGNS
        if not known:
            line = text.count("\n", 0, position)
            start = sum(len(part) for part in data.splitlines(keepends=True)[:line])
            raise _undecodable(file, data, start)


def _undecodable(file: Path, data: bytes, position: int) -> DataError:
    line = data.count(b"\n", 0, position) + 1
    return DataError(
        f"{file}, line {line}: the text is neither UTF-8 nor UTF-16 nor Vietnamese in Windows-1258. "
        "Save the file as UTF-8."
    )
