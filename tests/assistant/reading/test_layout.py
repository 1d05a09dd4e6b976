"""Words with places -> lines in the order of a reader."""

from __future__ import annotations

import random

import pytest

from assistant.reading.lines import lines_of
from assistant.reading.page import LineKind, Word
from tests.assistant.reading.boxes import row, rows

LEFT = [
    "Mùa thu năm ấy trời trong và cao hơn hẳn",
    "mọi năm nên lúa chín sớm trên khắp các cánh",
    "đồng.",
]
RIGHT = [
    "Ông lái đò kể rằng nước sông đã cạn từ",
    "đầu tháng chín và cá cũng không còn nhiều",
    "như trước.",
]


def read(words: list[Word]) -> list[str]:
    """The lines; the order in which words come must not matter."""
    random.Random(1).shuffle(words)
    return [line.text for line in lines_of(words)]


def test_a_paragraph_is_one_line() -> None:
    assert read(rows(LEFT, 20, 20)) == [" ".join(LEFT)]


def test_paragraphs_are_kept_apart() -> None:
    assert read(rows(LEFT, 20, 20) + rows(RIGHT, 20, 100)) == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_line_that_ended_early_on_purpose_is_not_gone_on_with() -> None:
    """GIVEN an address, WHEN the next word would have had room, THEN the lines stay apart."""
    lines = ["Trần Văn An", "12 phố Huế", "thành phố Hà Nội và các vùng lân cận"]
    assert read(rows(lines, 20, 20)) == lines


def test_two_columns_below_a_heading() -> None:
    """GIVEN lines of two columns on the same height, THEN the left column is read to its end first."""
    heading = row("Tin trong ngày của báo địa phương hôm nay thứ hai đầu tuần", 20, 20, height=24)
    page = heading + rows(LEFT, 20, 80) + rows(RIGHT, 440, 80)
    expected = "Tin trong ngày của báo địa phương hôm nay thứ hai đầu tuần"
    assert read(page) == [expected, " ".join(LEFT), " ".join(RIGHT)]


def test_columns_whose_lines_do_not_match() -> None:
    assert read(rows(LEFT, 20, 80) + rows(RIGHT, 440, 91)) == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_sidebar_comes_before_what_stands_beside_it() -> None:
    menu = ["Trang chủ", "Thể thao", "Giải trí"]
    page = rows(menu, 10, 20) + rows(LEFT, 200, 20) + rows(RIGHT, 200, 100)
    assert read(page) == [*menu, " ".join(LEFT), " ".join(RIGHT)]


def test_a_dialog_ends_with_its_buttons_from_left_to_right() -> None:
    page = row("Lưu thay đổi?", 110, 100)
    page += row("Tệp báo cáo đã thay đổi. Bạn có muốn lưu lại không?", 120, 140)
    page += row("Lưu", 300, 190) + row("Không lưu", 360, 190) + row("Huỷ", 470, 190)
    assert read(page) == [
        "Lưu thay đổi?",
        "Tệp báo cáo đã thay đổi. Bạn có muốn lưu lại không?",
        "Lưu", "Không lưu", "Huỷ",
    ]  # fmt: skip


def test_a_table_is_read_by_row() -> None:
    cells = [
        ("Mặt hàng", "Số lượng", "Giá"),
        ("Gạo nếp", "12 kg", "240.000 đ"),
        ("Nước mắm", "2 chai", "90.000 đ"),
    ]
    page = [
        word
        for number, texts in enumerate(cells)
        for column, text in enumerate(texts)
        for word in row(text, 20 + 140 * column, 20 + 34 * number)
    ]
    lines = lines_of(page)
    assert [line.text for line in lines] == ["; ".join(texts) for texts in cells]
    assert {line.kind for line in lines} == {LineKind.ROW}


def test_a_form_is_read_by_row() -> None:
    page = rows(["Họ và tên:", "Năm sinh:"], 20, 20, pitch=30) + rows(["Lan Anh", "1984"], 160, 20, pitch=30)
    assert read(page) == ["Họ và tên:; Lan Anh", "Năm sinh:; 1984"]


def test_a_menu_bar_is_a_line_of_its_own() -> None:
    bar = row("Tệp", 20, 10) + row("Chỉnh sửa", 80, 10) + row("Trợ giúp", 200, 10)
    assert read(bar + rows(LEFT, 20, 60)) == ["Tệp", "Chỉnh sửa", "Trợ giúp", " ".join(LEFT)]


def test_items_lose_their_bullets_and_stay_apart() -> None:
    items = [
        "• một bát cơm trắng thơm mới nấu xong còn nóng",
        "• rau muống luộc chấm nước mắm tỏi ớt cay nhẹ",
    ]
    lines = lines_of(rows(items, 20, 20))
    assert [line.text for line in lines] == [item[2:] for item in items]
    assert {line.kind for line in lines} == {LineKind.ITEM}


def test_large_letters_are_a_heading() -> None:
    first, second = lines_of(row("Tin mới", 20, 10, height=28) + rows(LEFT, 20, 60))
    assert (first.kind, second.kind) == (LineKind.HEADING, LineKind.PARAGRAPH)
    assert (second.area.left, second.area.top, second.area.bottom) == (20, 60, 114)


@pytest.mark.parametrize(
    "junk",
    [
        row("~|_ —", 300, 300, confidence=0.9),
        row("Jïn aeœ", 300, 300, confidence=0.4),
        row("m", 300, 300, confidence=0.7),
        row("hoàn toàn mờ", 300, 300, confidence=0.2),
    ],
    ids=["no letters", "uncertain", "one letter", "faint"],
)
def test_scratches_are_left_out(junk: list[Word]) -> None:
    assert read(rows(LEFT, 20, 20) + junk) == [" ".join(LEFT)]


def test_a_word_that_is_hard_to_read_stays_in_its_sentence() -> None:
    words = row("một từ khó đọc trong câu", 20, 20)
    hard = [Word(word.text, 0.1 if word.text == "khó" else 0.95, word.area) for word in words]
    assert read(hard) == ["một từ khó đọc trong câu"]


def test_nothing_is_nothing() -> None:
    assert lines_of([]) == ()
