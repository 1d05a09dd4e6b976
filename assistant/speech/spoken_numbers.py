"""Numbers that count or measure: with units, as money, and all that are left."""

from __future__ import annotations

import re

from assistant.speech.spoken_characters import PAD
from assistant.speech.spoken_tables import CLOSE_UNITS, MONEY, UNITS
from assistant.speech.vietnamese_numbers import cardinal, digit_by_digit, fraction, whole

UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
"""Pattern of every unit, the longest first."""

VIETNAMESE = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
"""1.250.000,5; with one comma only, "1,250" is a decimal fraction."""

ENGLISH = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)")
"""1,250,000.5; what can be nothing else."""

_NUMBER = r"\d++(?:[.,]\d++)*+"
_LETTER = r"[^\W\d_]"

_LONG_DIGITS = 8
"""From so many digits on, a number without separators is a code unless it measures something."""

_ENGLISH_MONEY = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?")

_SPACED = re.compile(
    rf"(?<![\w.,/+-])[1-9]\d{{0,2}}(?: \d{{3}}){{1,5}}+(?! ?\d)(?P<unit>\s?(?:{UNIT})(?!\w))?"
)
_QUANTITY = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER})(?P<gap>\s?)(?P<unit>{UNIT})(?P<end>\s?/\s?(?:(?P<per>{UNIT})(?!\w)|"
    rf"(?={_LETTER}))|(?!\w))",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"(?<![\w.,])(?P<big>\d{1,4})(?P<unit>tr|m)(?P<small>\d\d|[14-9]|(?<=tr)[23])(?!\w)")
_FOREIGN_MONEY = re.compile(rf"(?P<sign>[$€£¥])\s?(?P<number>{_NUMBER})")
_ANY = re.compile(_NUMBER)


def join_thousands(text: str) -> str:
    """A text whose thousands that stand apart, as in "100 000 đ", are joined by points."""
    return _SPACED.sub(_spaced, text)


def read_numbers(text: str) -> str:
    """A text without digits: numbers with units and money first, then all others."""
    text = _FOREIGN_MONEY.sub(_foreign_money, _COMPOUND.sub(_compound, text))
    text = _QUANTITY.sub(_quantity, text)
    return _ANY.sub(lambda match: f"{PAD}{_bare_number(match[0])}{PAD}", text)


def unit_name(unit: str) -> str | None:
    """How a unit is read; ``None`` where its case makes it something else."""
    if unit in UNITS:
        return UNITS[unit]
    return UNITS.get(unit.lower()) if len(unit) > 1 else None


def _spaced(match: re.Match[str]) -> str:
    """A number whose thousands stand apart, known by a unit or by zeros: "100 000 đ"."""
    unit = match["unit"] or ""
    number = match[0].removesuffix(unit)
    return f"{number.replace(' ', '.')}{unit}" if unit or " 000" in number else match[0]


def _compound(match: re.Match[str]) -> str:
    """An amount or a height as it is spoken: "2tr5", "1m75"."""
    unit = UNITS[match["unit"]]
    return f"{PAD}{cardinal(int(match['big']))} {unit} {whole(match['small'])}{PAD}"


def _foreign_money(match: re.Match[str]) -> str:
    number = match["number"]
    if _ENGLISH_MONEY.fullmatch(number):
        number = number.replace(",", "").replace(".", ",")
    return f"{PAD}{_measured(number)} {MONEY[match['sign']]}{PAD}"


def _quantity(match: re.Match[str]) -> str:
    unit, per = unit_name(match["unit"]), match["per"]
    if unit is None or (match["gap"] and match["unit"] in CLOSE_UNITS):
        return match[0]
    words = f"{PAD}{_measured(match['number'])} {unit}"
    if not match["end"]:
        return f"{words}{PAD}"
    link = "một" if unit in MONEY.values() else "trên"
    return f"{words} {link}{PAD}{(unit_name(per) or per) if per else ''}{PAD}"


def _measured(number: str) -> str:
    """A number that measures something: its point is a decimal sign however it is written."""
    if VIETNAMESE.fullmatch(number) or ENGLISH.fullmatch(number):
        return _bare_number(number)
    head, _, tail = number.replace(".", ",").partition(",")
    if "," in tail:
        return _bare_number(number)
    return f"{_plain(head)} phẩy {fraction(tail)}" if tail else _plain(head)


def _plain(digits: str) -> str:
    return whole(digits if digits.strip("0") else "0")


def _bare_number(number: str) -> str:
    if VIETNAMESE.fullmatch(number):
        return _decimal(number.replace(".", ""), ",", "phẩy")
    if ENGLISH.fullmatch(number):
        return _decimal(number.replace(",", ""), ".", "phẩy")
    if number.isdigit():
        return digit_by_digit(number) if len(number) >= _LONG_DIGITS else whole(number)
    if re.fullmatch(r"\d+,\d+", number):
        return _decimal(number, ",", "phẩy")
    if re.fullmatch(r"\d+\.\d+", number):
        return _decimal(number, ".", "chấm")
    # A version, a network address or a list: each part by itself.
    words = [{".": "chấm", ",": ","}.get(part) or whole(part) for part in re.findall(r"\d+|[.,]", number)]
    return " ".join(words).replace(" ,", ",")


def _decimal(number: str, sign: str, name: str) -> str:
    head, _, tail = number.partition(sign)
    return f"{whole(head)} {name} {fraction(tail)}" if tail else whole(head)
