"""One spelling for every caption."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.normalise import normalise


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Một con chó.", "một con chó"),
        ("xe_máy ,  đường_phố !", "xe máy đường phố"),
        ("hòa, thủy, khỏe, họa, tuỵ", "hoà thuỷ khoẻ hoạ tuỵ"),
        ("hoà thuỷ khoẻ", "hoà thuỷ khoẻ"),
        ("hoàn toàn, thúy, hoàng", "hoàn toàn thuý hoàng"),
        ("quý quỳ quá quả", "quý quỳ quá quả"),
        ("“trích” – `dẫn`", "trích dẫn"),
        ("áo số 7", "áo số 7"),
        ("HAI NGƯỜI ĐÀN ÔNG", "hai người đàn ông"),
        (" \t\n", ""),
    ],
)
def test_spelling(written: str, expected: str) -> None:
    assert normalise(written) == expected
    assert normalise(unicodedata.normalize("NFD", written)) == expected


def test_words_can_be_kept() -> None:
    """A tone mark moves at the end of every syllable of a word."""
    assert normalise("Xe_máy, hòa_bình!", keep_words=True) == "xe_máy hoà_bình"
    assert normalise("hòa_bình") == "hoà bình"


@given(st.text(max_size=40))
def test_normalised_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
