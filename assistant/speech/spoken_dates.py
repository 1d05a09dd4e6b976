"""Dates and times of day in Vietnamese words."""

from __future__ import annotations

import re

from assistant.speech.spoken_characters import PAD
from assistant.speech.vietnamese_numbers import cardinal

_START, _END = r"(?<![\w/.,:–-])", r"(?![\w/]|[.,:–-]\d)"
_DAY_MONTH = r"(?P<day>\d{1,2})(?P<sign>[/-])(?P<month>\d{1,2})"

_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật),?"
_LEAD = rf"(?:ngày|mùng|mồng|hôm|sáng|trưa|chiều|tối|đêm|lễ|dịp|rằm|{_WEEKDAY})"

_ISO = re.compile(rf"{_START}(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)")
_FULL = re.compile(
    rf"(?P<lead>\b(?:ngày|mùng|mồng)\s)?{_START}(?:(?P<since>\d{{1,2}})\s?[-–]\s?)?"
    rf"(?P<day>\d{{1,2}})(?P<sign>[/.-])(?P<month>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}|(?<=/)\d\d){_END}",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"(?P<lead>\btháng\s)?{_START}(?P<month>\d{{1,2}})[/-](?P<year>(?:19|20)\d\d){_END}")
_AFTER_LEAD = re.compile(
    rf"\b{_LEAD}\s\(?\d{{1,2}}[/-]\d{{1,2}}{_END}"
    rf"(?:\s?(?:[-–]|đến|tới|và)\s?(?:ngày\s)?\d{{1,2}}[/-]\d{{1,2}}{_END})*",
    re.IGNORECASE,
)
_PART = re.compile(rf"(?P<lead>\b(?:ngày|mùng|mồng)\s)?{_DAY_MONTH}", re.IGNORECASE)
_BARE = re.compile(rf"(?<!\bsố )(?<!\bhẻm )(?<!\bngõ )(?<!\btrang ){_START}{_DAY_MONTH}{_END}", re.IGNORECASE)

_CLOCK = re.compile(
    r"(?<![\w:.,/])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:])"
    r"(?:\s?(?P<half>AM|PM|am|pm|SA|CH)(?!\w))?"
)
_SPOKEN_CLOCK = re.compile(
    r"(?<![\w:.,/])(?P<hour>[01]?\d|2[0-4])\s?[hHg]\s?(?P<minute>[0-5]\d)(?:\s?(?:phút|ph|p|'))?(?!\w)"
)


def read_dates(text: str) -> str:
    """A text whose dates are in words: "21/11/2026", "ngày 21-11", "11/2026", "2026-11-21".

    Day and month without a year are taken for a date after a word such as "ngày", or when they can be
    nothing but one; "1/2" alone is a fraction.
    """
    text = _FULL.sub(_full, _ISO.sub(_full, text))
    text = _AFTER_LEAD.sub(lambda match: _PART.sub(_named, match[0]), text)
    text = _MONTH.sub(_month, text)
    return _BARE.sub(_bare, text)


def read_times(text: str) -> str:
    """A text whose times of day are in words: "14:30", "14h30", "2:05:10 PM"."""
    return _SPOKEN_CLOCK.sub(_time, _CLOCK.sub(_time, text))


def _full(match: re.Match[str]) -> str:
    parts = match.groupdict()
    day, month = int(parts["day"]), int(parts["month"])
    if month > 12 >= day:  # the American order
        day, month = month, day
    words = _day_month(day, month)
    if words is None:
        return match[0]
    since = f"{cardinal(int(parts['since']))} đến " if parts.get("since") else ""
    return f"{PAD}{parts.get('lead') or 'ngày '}{since}{words} năm {cardinal(int(parts['year']))}{PAD}"


def _named(match: re.Match[str]) -> str:
    words = _day_month(int(match["day"]), int(match["month"]))
    return f"{match['lead'] or 'ngày '}{words}" if words else match[0]


def _month(match: re.Match[str]) -> str:
    month = int(match["month"])
    if not 1 <= month <= 12 or not (match["lead"] or "/" in match[0]):
        return match[0]
    return f"{PAD}{match['lead'] or 'tháng '}{_month_name(month)} năm {cardinal(int(match['year']))}{PAD}"


def _bare(match: re.Match[str]) -> str:
    words = _day_month(int(match["day"]), int(match["month"]))
    return f"{PAD}ngày {words}{PAD}" if words and int(match["day"]) > 12 else match[0]


def _day_month(day: int, month: int) -> str | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return f"{cardinal(day)} tháng {_month_name(month)}"


def _month_name(month: int) -> str:
    return "tư" if month == 4 else cardinal(month)


def _time(match: re.Match[str]) -> str:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    words = f"{cardinal(hour)} giờ"
    if minute or second:
        words += f" {cardinal(minute)} phút"
    if second:
        words += f" {cardinal(second)} giây"
    return f"{PAD}{words}{_part_of_day(hour, parts.get('half'))}{PAD}"


def _part_of_day(hour: int, half: str | None) -> str:
    if half is None:
        return ""
    if half.upper() in ("AM", "SA"):
        return " sáng"
    return " trưa" if hour == 12 else " chiều" if hour < 6 else " tối"
