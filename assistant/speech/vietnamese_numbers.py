"""Numbers in Vietnamese words, the way they are read aloud in the north.

Why they are of our own is said in ``spoken_text``.
"""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")

LARGEST_DIGITS = 18
"""Numbers with more digits are read digit by digit."""

_BILLION = 10**9


def cardinal(number: int) -> str:
    """A whole number: 1005 -> "một nghìn không trăm linh năm".

    Args:
        number: from 0 to 10**18 - 1.
    """
    if number >= _BILLION:
        billions, rest = divmod(number, _BILLION)
        return f"{cardinal(billions)} tỷ" + (f" {_groups(rest, after_more=True)}" if rest else "")
    return _groups(number, after_more=False)


def digit_by_digit(digits: str) -> str:
    """Each digit by itself: "0912" -> "không chín một hai"."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def whole(digits: str) -> str:
    """A run of digits as a number, or digit by digit where it begins with zero or is too long for one."""
    if len(digits) > LARGEST_DIGITS or (digits.startswith("0") and len(digits) > 1):
        return digit_by_digit(digits)
    return cardinal(int(digits))


def fraction(digits: str) -> str:
    """What follows the decimal sign: "25" -> "hai mươi lăm", "05" -> "không năm", "125" -> "một hai năm"."""
    return whole(digits) if len(digits) <= 2 else digit_by_digit(digits)


def _groups(number: int, *, after_more: bool) -> str:
    """A number below 10**9; ``after_more`` when billions were read before it."""
    millions, thousands, units = number // 1_000_000, number // 1000 % 1000, number % 1000
    words: list[str] = []
    if millions:
        words += [_group(millions, full=after_more), "triệu"]
    if thousands:
        words += [_group(thousands, full=after_more or bool(words)), "nghìn"]
    elif units >= 100 and (words or after_more):
        # "một triệu năm trăm" is understood as a million and a half.
        words += ["không nghìn"]
    if units or not (words or after_more):
        words += [_group(units, full=after_more or bool(words))]
    return " ".join(words)


def _group(number: int, *, full: bool) -> str:
    """A number below 1000; with "không trăm" where ``full`` and there is no hundred."""
    hundreds, rest = divmod(number, 100)
    if not hundreds and not full:
        return _tens(rest)
    words = f"{DIGITS[hundreds]} trăm"
    if rest >= 10:
        return f"{words} {_tens(rest)}"
    return f"{words} linh {DIGITS[rest]}" if rest else words


def _tens(number: int) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return DIGITS[unit]
    words = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if not unit:
        return words
    if unit == 5:
        return f"{words} lăm"
    if tens > 1 and unit in (1, 4):
        return f"{words} {'mốt' if unit == 1 else 'tư'}"
    return f"{words} {DIGITS[unit]}"
