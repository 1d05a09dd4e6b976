"""Numbers in words, against a second reading of them and against what a teacher would say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speech.vietnamese_numbers import DIGITS, cardinal, digit_by_digit, fraction, whole


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"), (1, "một"), (4, "bốn"), (5, "năm"), (10, "mười"), (11, "mười một"), (14, "mười bốn"),
        (15, "mười lăm"), (20, "hai mươi"), (21, "hai mươi mốt"), (24, "hai mươi tư"), (25, "hai mươi lăm"),
        (91, "chín mươi mốt"), (100, "một trăm"), (101, "một trăm linh một"), (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"), (110, "một trăm mười"), (111, "một trăm mười một"),
        (115, "một trăm mười lăm"), (121, "một trăm hai mươi mốt"), (555, "năm trăm năm mươi lăm"),
        (1000, "một nghìn"), (1005, "một nghìn không trăm linh năm"),
        (1050, "một nghìn không trăm năm mươi"), (1500, "một nghìn năm trăm"),
        (1998, "một nghìn chín trăm chín mươi tám"), (2026, "hai nghìn không trăm hai mươi sáu"),
        (100_000, "một trăm nghìn"), (100_001, "một trăm nghìn không trăm linh một"),
        (1_000_000, "một triệu"), (1_000_005, "một triệu không trăm linh năm"),
        (1_000_500, "một triệu không nghìn năm trăm"), (1_250_000, "một triệu hai trăm năm mươi nghìn"),
        (1_500_000, "một triệu năm trăm nghìn"), (10**9, "một tỷ"),
        (2_000_005_000, "hai tỷ không trăm linh năm nghìn"), (10**9 + 500, "một tỷ không nghìn năm trăm"),
        (10**9 + 15, "một tỷ không trăm mười lăm"), (1_500_000_000, "một tỷ năm trăm triệu"),
        (10**12, "một nghìn tỷ"), (10**18 - 1, f"{cardinal(10**9 - 1)} tỷ {cardinal(10**9 - 1)}"),
    ],
)  # fmt: skip
def test_cardinals(number: int, words: str) -> None:
    assert cardinal(number) == words


VALUES = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def understood(words: str) -> int:
    """The number that a listener makes of the words; written apart from the reader on purpose."""
    head, billions, tail = words.rpartition(" tỷ")
    if billions:
        return understood(head) * 10**9 + (understood(tail) if tail else 0)
    total = group = digit = 0
    for word in tail.split():
        if word in VALUES:
            digit = VALUES[word]
        elif word in ("trăm", "mươi"):
            group, digit = group + digit * (100 if word == "trăm" else 10), 0
        elif word == "mười":
            group += 10
        elif word in SCALES:
            total, group, digit = total + (group + digit) * SCALES[word], 0, 0
        else:
            assert word == "linh"
    return total + group + digit


@given(st.integers(0, 10**18 - 1) | st.integers(0, 10**7))
def test_a_listener_understands_the_number(number: int) -> None:
    assert understood(cardinal(number)) == number


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_numbers_never_sound_alike(one: int, other: int) -> None:
    assert (cardinal(one) == cardinal(other)) == (one == other)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("7", "bảy"), ("0", "không"), ("007", "không không bảy"), ("05", "không năm"),
        ("1" + "0" * 17, cardinal(10**17)), ("1" + "0" * 18, "một" + " không" * 18),
        ("9" * 5000, " ".join(["chín"] * 5000)),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_whole(digits: str, words: str) -> None:
    assert whole(digits) == words


def test_digits_and_fractions() -> None:
    assert digit_by_digit("0912") == "không chín một hai"
    assert [fraction(digits) for digits in ("5", "25", "05", "50", "125", "14159")] == [
        "năm", "hai mươi lăm", "không năm", "năm mươi", "một hai năm", "một bốn một năm chín",
    ]  # fmt: skip
