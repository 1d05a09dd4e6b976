"""What stands between numbers and before them: ranges, fractions, signs of arithmetic."""

from __future__ import annotations

import re

from assistant.speech.spoken_characters import PAD
from assistant.speech.spoken_numbers import ENGLISH, UNIT, VIETNAMESE, unit_name
from assistant.speech.vietnamese_numbers import cardinal

_RANGE = re.compile(
    rf"(?<![\w.,:/–-])(?P<low>\d++(?:[.,:]\d++)*+)(?P<unit>h\d\d|(?:{UNIT})(?!\w))?(?P<dash>\s?[-–]\s?)"
    r"(?=(?P<high>\d++(?:[.,:]\d++)*+)(?!\s?[-–/]\s?\d))"
)
_FRACTION = re.compile(rf"(?<![\d/.,])(\d{{1,3}})/(\d{{1,3}})(?![\d/]|[.,]\d)(?:\s?(?P<unit>{UNIT})(?!\w))?")
_FRACTIONS = {("1", "2"), ("1", "3"), ("2", "3"), ("1", "4"), ("3", "4")}

_OPERATORS = (
    (re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)"), " nhân "),
    (re.compile(r"(?<=\d)\s?/\s?(?=\d)"), " trên "),
    (re.compile(r"(?<![\w)\]%])-(?=\d)"), " âm "),
    (re.compile(r"~\s?(?=\d)"), " khoảng "),
    (re.compile(r"<\s?(?=\d)"), " nhỏ hơn "),
)


def read_relations(text: str) -> str:
    """A text whose signs between and before numbers are words: "3-5" -> "3 đến 5", "-5" -> "âm 5"."""
    text = _FRACTION.sub(_fraction, _RANGE.sub(_range, text))
    for pattern, words in _OPERATORS:
        text = pattern.sub(words, text)
    return text


def _range(match: re.Match[str]) -> str:
    low, high, unit, dash = match["low"], match["high"], match["unit"] or "", match["dash"]
    if unit or ":" in low or _value(low) < _value(high):
        return f"{low}{unit} đến "
    return match[0] if " " in dash else f"{low} "  # a score, "2-1"


def _value(number: str) -> float:
    """About how large a number is; nothing for a version or a list."""
    if VIETNAMESE.fullmatch(number):
        number = number.replace(".", "")
    elif ENGLISH.fullmatch(number):
        number = number.replace(",", "")
    try:
        return float(number.replace(",", "."))
    except ValueError:
        return 0.0


def _fraction(match: re.Match[str]) -> str:
    upper, lower = match[1], match[2]
    if (upper, lower) not in _FRACTIONS:
        return match[0]
    words = f"{cardinal(int(upper))} phần {'tư' if lower == '4' else cardinal(int(lower))}"
    return f"{PAD}{words}{PAD}{(unit_name(match['unit']) or match['unit']) if match['unit'] else ''}{PAD}"
