"""Long texts in pieces: nothing lost, no sentence cut where it need not be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speech.sentences import LONGEST, sentences

pieces = st.sampled_from(
    [
        *"aĐ1.,;:!?…\n\t \"'()",
        "TP.",
        "TS.",
        "v.v.",
        "3.500",
        "\n\n",
        " \n \n",
        "một",
        "chiếc-lá",
        "\u00a0",
        "\u0301",
    ]
)
texts = st.text() | st.lists(pieces, max_size=60).map("".join)


@given(texts, st.integers(1, 40))
def test_joined_they_are_the_text(text: str, longest: int) -> None:
    parts = sentences(text, longest)
    assert "".join(parts) == (text if text.strip() else "")
    assert all(part.strip() for part in parts)
    assert all(len(part.strip()) <= longest for part in parts)


@given(st.lists(st.text("abcđê", min_size=1, max_size=10), max_size=60).map(" ".join), st.integers(10, 60))
def test_words_are_not_cut(text: str, longest: int) -> None:
    assert [word for part in sentences(text, longest) for word in part.split()] == text.split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("Một câu.", ["Một câu."], id="one"),
        pytest.param("Một. Hai! Ba? Bốn… Năm", ["Một. ", "Hai! ", "Ba? ", "Bốn… ", "Năm"], id="several"),
        pytest.param('"Đi!" Cô nói. (Hết.) Về.', ['"Đi!" ', "Cô nói. ", "(Hết.) ", "Về."], id="quotes"),
        pytest.param("UBND TP.HCM họp ở TP. Huế.", ["UBND TP.HCM họp ở TP. Huế."], id="city"),
        pytest.param("Gặp PGS. TS. Nguyễn V. An.", ["Gặp PGS. TS. Nguyễn V. An."], id="titles"),
        pytest.param("Giá 3.500 đồng.", ["Giá 3.500 đồng."], id="number"),
        pytest.param("Mèo, v.v. và chó.", ["Mèo, v.v. và chó."], id="and so on"),
        pytest.param("Mèo, v.v. Rồi chó.", ["Mèo, v.v. ", "Rồi chó."], id="and so on, then a sentence"),
        pytest.param("Tôi... không biết.", ["Tôi... không biết."], id="hesitation"),
        pytest.param("1. Mở bài\n2. Thân bài", ["1. Mở bài\n2. Thân bài"], id="numbering"),
        pytest.param("Có 15. Hết.", ["Có 15. ", "Hết."], id="a number ends a sentence"),
        pytest.param("Năm 2026. Hết.", ["Năm 2026. ", "Hết."], id="a year ends a sentence"),
        pytest.param(
            "Tiêu đề\n\nĐoạn một\nvẫn thế\n \nHai",
            ["Tiêu đề\n\n", "Đoạn một\nvẫn thế\n \n", "Hai"],
            id="blank",
        ),
        pytest.param("\n\n Một. ", ["\n\n Một. "], id="space around"),
        pytest.param(" \n\n ", [], id="blank text"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_where_sentences_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("một hai, ba bốn năm", ["một hai, ", "ba bốn năm"]),
        ("một hai ba bốn năm", ["một hai ba ", "bốn năm"]),
        ("một hai 3,5 bốn năm", ["một hai 3,5 ", "bốn năm"]),
        ("một hai\nba bốn năm", ["một hai\n", "ba bốn năm"]),
        ("mộthaibabốnnăm", ["mộthaibabốn", "năm"]),
    ],
)
def test_long_sentences_are_cut_at_the_best_place(text: str, parts: list[str]) -> None:
    assert sentences(text, 11) == parts


def test_pieces_are_short_enough_to_pause_between() -> None:
    text = "Trang này có một câu rất dài không có dấu chấm " * 50
    assert max(len(part.strip()) for part in sentences(text)) <= LONGEST


@pytest.mark.parametrize("piece", [" ", "\n", ".", "a", "a ", "a. ", "\n \n", '."', ","], ids=ascii)
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = "x" + piece * (50_000 // len(piece)) + "x"
    began = time.process_time()
    assert "".join(sentences(text)) == text
    assert time.process_time() - began < 1.0
