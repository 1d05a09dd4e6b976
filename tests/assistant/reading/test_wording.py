"""What is said of a picture that is no photo."""

from __future__ import annotations

import pytest

from assistant.capture.desktop import Area
from assistant.messages import Messages
from assistant.reading.page import Line, LineKind, Page
from assistant.reading.reader import ReadingError, ReadingFault
from assistant.reading.wording import GIST_LETTERS, LONGEST_TITLE, Wording, place_of
from engine import Region, RegionCaption, Verdict
from tests.fakes import a_caption

WORDING = Wording(Messages("vi"))
SIZE = (900, 1600)
MORE = "Còn nữa."
CAT = RegionCaption(
    region=Region(left=100, top=50, width=200, height=150), text="Một con mèo", confidence=0.5
)


def page(*texts: str) -> Page:
    return Page(tuple(Line(text, LineKind.PARAGRAPH, Area(0, 0, 9, 9)) for text in texts))


def said(verdict: Verdict, result: Page | ReadingError, *photos: RegionCaption) -> str:
    caption = a_caption("", confidence=0.0, verdict=verdict, regions=photos)
    return WORDING.mixed(caption, result, SIZE, MORE).said


def test_a_short_text_is_said_whole() -> None:
    assert said(Verdict.TEXT, page("Chào An.", "Hẹn gặp lại")) == "Đây là văn bản. Chào An. Hẹn gặp lại."


def test_of_a_long_text_the_beginning_is_said_and_all_is_shown() -> None:
    texts = [f"Đây là câu thứ {number}." for number in range(1, 9)]
    caption = a_caption("", confidence=0.0, verdict=Verdict.TEXT)
    telling = WORDING.mixed(caption, page(" ".join(texts[:4]), " ".join(texts[4:])), SIZE, MORE)
    assert telling.said == f"Đây là văn bản. {' '.join(texts[:3])} {MORE}"
    assert telling.shown == f"Đây là văn bản.\n{' '.join(texts[:4])}\n{' '.join(texts[4:])}"


def test_a_window_is_told_by_its_main_texts() -> None:
    assert (
        said(Verdict.INTERFACE, page("Tệp", "Mở", "Thoát")) == "Đây là cửa sổ chương trình. Tệp, Mở, Thoát."
    )


def test_a_window_full_of_texts_is_cut_short() -> None:
    sentence = said(Verdict.INTERFACE, page(*["Nút bấm số mười"] * 60))
    assert sentence.endswith(MORE)
    assert len(sentence) < GIST_LETTERS + 100


def test_without_its_text_a_page_is_told_by_its_kind_and_its_photos() -> None:
    caption = a_caption("", confidence=0.0, verdict=Verdict.MIXED, regions=(CAT,))
    kind = Messages("vi").text("verdict.mixed")
    assert WORDING.brief(caption, SIZE) == f"{kind} Ảnh ở góc trên bên trái: Có lẽ một con mèo."
    photo = a_caption("Một con mèo", confidence=1.0)
    assert WORDING.brief(photo, SIZE) == Messages("vi").spoken(photo)


def test_photos_are_told_with_their_place_before_the_text_of_a_page() -> None:
    sentence = said(Verdict.MIXED, page("Tin mới"), CAT)
    assert sentence == "Đây là màn hình có ảnh. Ảnh ở góc trên bên trái: Có lẽ một con mèo. Tin mới."


def test_photos_come_after_a_text() -> None:
    sentence = said(Verdict.TEXT, page("Tin mới."), CAT)
    assert sentence == "Đây là văn bản. Tin mới. Ảnh ở góc trên bên trái: Có lẽ một con mèo."


def test_without_text_that_is_said() -> None:
    assert said(Verdict.DRAWING, page()) == "Đây là hình vẽ hoặc biểu đồ. Không đọc được chữ nào."


@pytest.mark.parametrize("fault", ReadingFault)
def test_a_fault_is_one_sentence_after_the_kind(fault: ReadingFault) -> None:
    sentence = said(Verdict.TEXT, ReadingError("x", fault, "sudo apt-get install tesseract-ocr"), CAT)
    assert sentence.startswith("Đây là văn bản. ")
    assert "Ảnh ở góc trên bên trái" in sentence
    assert MORE not in sentence
    wants_install = fault in (ReadingFault.MISSING, ReadingFault.NO_VIETNAMESE)
    assert ("sudo apt-get" in sentence) is wants_install


@pytest.mark.parametrize(
    ("title", "expected"),
    [("thư.txt – Gedit", "thư.txt – Gedit. Xin chào."), ("Xong?", "Xong? Xin chào."), (" ", "Xin chào.")],
)
def test_the_title_comes_first(title: str, expected: str) -> None:
    assert WORDING.titled(title, "Xin chào.") == expected


def test_a_long_title_is_cut() -> None:
    assert len(WORDING.titled("a" * 500, "")) <= LONGEST_TITLE + 2


@pytest.mark.parametrize(
    ("region", "place"),
    [
        (Region(left=0, top=0, width=400, height=200), 1),
        (Region(left=600, top=0, width=400, height=200), 2),
        (Region(left=1200, top=0, width=400, height=200), 3),
        (Region(left=0, top=0, width=1600, height=900), 5),
        (Region(left=1200, top=400, width=400, height=100), 6),
        (Region(left=100, top=700, width=300, height=200), 7),
        (Region(left=1599, top=899, width=1, height=1), 9),
    ],
)
def test_places(region: Region, place: int) -> None:
    assert place_of(region, SIZE) == place
