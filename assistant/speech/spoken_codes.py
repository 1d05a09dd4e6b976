"""Numbers that name something instead of counting it: telephones, cards, districts, centuries."""

from __future__ import annotations

import re

from assistant.speech.spoken_characters import PAD
from assistant.speech.spoken_tables import NUMBERED_NAMES
from assistant.speech.vietnamese_numbers import cardinal, digit_by_digit

_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:\(?(?:\+84|0)\)?[\s.-]?\(?\d{1,3}\)?(?:[\s.-]?\d{2,4}){2,4}"
    r"|1[89]00[\s.]?\d{2,4}(?:[\s.]?\d{2,4})?|\d{3,4}(?:\s\d{3,4}){2,4})(?![\d/])(?![.,:-]\d)"
)
_PHONE_DIGITS = range(8, 20)

_DISTRICT = re.compile(r"\bQ\.?\s?(?=\d)")
_WARD_OR_ROOM = re.compile(r"\bP\.\s?(?=(\d+))")
_ORDINALS = (
    (re.compile(r"\b(thứ|tháng) 4(?![\d.,:/%-]*\d)(?!\w)", re.IGNORECASE), r"\1 tư"),
    (re.compile(r"\b(thứ) 1(?![\d.,:/%-]*\d)(?!\w)", re.IGNORECASE), r"\1 nhất"),
)
_NAMES = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, NUMBERED_NAMES))})(?![\w/])")
_ROMAN = re.compile(
    r"(?<![^\W\d_])((?i:thế kỷ|thứ|chương|quý|khoá|kỳ|phần|tập|hạng|cấp|loại|mục|điều|đại hội)\s)"
    r"(?=[IVX])(X{0,3}(?:IX|IV|V?I{0,3}))(?!\w)"
)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


def read_phones(text: str) -> str:
    """A text whose telephone and card numbers are read digit by digit, with a pause between groups."""
    return _PHONE.sub(_phone, text)


def read_names(text: str) -> str:
    """A text whose names with numbers are as they are known: "4G", "24/7", "thế kỷ XXI", "Q.1"."""
    text = _NAMES.sub(lambda match: f"{PAD}{NUMBERED_NAMES[match[0]]}{PAD}", text)
    text = _DISTRICT.sub("quận ", _WARD_OR_ROOM.sub(_ward_or_room, text))
    for pattern, words in _ORDINALS:
        text = pattern.sub(words, text)
    return _ROMAN.sub(lambda match: match[1] + cardinal(_roman_value(match[2])), text)


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    if sum(map(len, groups)) not in _PHONE_DIGITS or (len(groups) == 1 and len(groups[0]) < 9):
        return match[0]
    if len(groups) == 1:
        groups = [groups[0][:4], groups[0][4:7], groups[0][7:]]
    return f"{PAD}{'cộng ' if '+' in match[0] else ''}{', '.join(map(digit_by_digit, groups))}{PAD}"


def _ward_or_room(match: re.Match[str]) -> str:
    return "phường " if len(match[1]) <= 2 else "phòng "


def _roman_value(numeral: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-low if low < high else low for low, high in zip(values, [*values[1:], 0], strict=True))
