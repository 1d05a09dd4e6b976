"""From a wish to the text that is said: with a fake engine, screen, voice and recogniser."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.capture.desktop import ActiveWindow, Area, WholeDesktop
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.description import Description
from assistant.history import Entry
from assistant.reading.page import Line, LineKind, Page
from assistant.reading.reader import ReadingError, ReadingFault
from assistant.speech.earcons import Earcon
from assistant.windows.history_words import plain
from engine import Region, RegionCaption, Verdict
from tests.assistant.fakes import MESSAGES, DescribingDesk
from tests.fakes import a_caption, wait_until

LETTER = Page((Line("Kính gửi bà Lan.", LineKind.PARAGRAPH, Area(0, 0, 9, 9)),), "fake")
CAT = RegionCaption(region=Region(left=2, top=3, width=10, height=8), text="một con mèo", confidence=0.9)


class Desk(DescribingDesk):
    """And what came out of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.results: list[Description] = []
        self.describer.described.connect(self.results.append)
        self.texts.result = LETTER

    def see(self, verdict: Verdict, *photos: RegionCaption) -> None:
        """The engine answers with something that is no photo."""
        self.engine.answer(a_caption("", confidence=0.0, verdict=verdict, regions=photos))

    def wait(self) -> Description:
        wait_until(lambda: bool(self.results))
        return self.results[-1]

    @property
    def kept(self) -> list[Entry]:
        return self.history.entries()


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_text_on_the_screen_is_read_after_the_title(desk: Desk) -> None:
    desk.title = "thư.txt"
    desk.describer.describe_screen(WholeDesktop())
    desk.see(Verdict.TEXT)
    found = desk.wait()
    assert desk.announcer.said == [found.sentence] == ["thư.txt. Đây là văn bản. Kính gửi bà Lan."]
    assert found.shown == "thư.txt. Đây là văn bản.\nKính gửi bà Lan."
    assert desk.earcons.played == [Earcon.START, Earcon.DONE]
    assert [plain(entry, MESSAGES) for entry in desk.kept] == [found.shown]


def test_photos_on_the_screen_are_not_searched_for_letters(desk: Desk) -> None:
    desk.describer.describe_screen(WholeDesktop())
    desk.see(Verdict.MIXED, CAT)
    assert "Ảnh ở góc trên bên trái: một con mèo." in desk.wait().sentence
    assert desk.texts.given[0][1] == [Area(2, 3, 10, 8)]


def test_a_photo_is_described_at_once_and_never_read(desk: Desk) -> None:
    desk.title = "Ảnh"
    desk.describer.describe_screen(WholeDesktop())
    desk.engine.answer(a_caption("một con mèo"))
    assert desk.announcer.said == ["Ảnh. một con mèo"]
    assert desk.texts.given == []


@pytest.mark.parametrize("verdict", [Verdict.BLACK, Verdict.UNIFORM, Verdict.BLANK, Verdict.TOO_SMALL])
def test_where_there_is_nothing_to_read_one_sentence_says_so(desk: Desk, verdict: Verdict) -> None:
    desk.title = "Ảnh"
    desk.describer.describe_screen(WholeDesktop())
    desk.see(verdict)
    assert desk.announcer.said == [MESSAGES.text(f"verdict.{verdict}")]
    assert desk.texts.given == []
    assert desk.earcons.played[-1] is Earcon.REFUSED


def test_without_a_recogniser_it_is_said_what_to_do(desk: Desk) -> None:
    desk.texts.result = ReadingError("x", ReadingFault.MISSING, "sudo apt-get install tesseract-ocr")
    desk.describer.describe_screen(WholeDesktop())
    desk.see(Verdict.TEXT)
    assert desk.wait().sentence.startswith("Đây là văn bản. ")
    assert "sudo apt-get install tesseract-ocr" in desk.announcer.said[0]


def test_reading_asks_for_the_active_window_and_no_engine(desk: Desk) -> None:
    desk.screen.result = Picture(desk.screen.result.pixels, Origin.WINDOW, "thư.txt")  # type: ignore[union-attr]
    desk.describer.read_window()
    found = desk.wait()
    assert desk.screen.targets == [ActiveWindow()]
    assert desk.engine.works == []
    assert desk.announcer.said == [found.sentence] == ["thư.txt. Kính gửi bà Lan."]
    assert [(entry.model, entry.verdict) for entry in desk.kept] == [("fake", Verdict.TEXT)]


def test_where_no_window_is_known_the_whole_screen_is_read(desk: Desk) -> None:
    desk.screen.later = True
    desk.describer.read_window()
    desk.screen.waiting[0](CaptureError("x", CaptureFault.NO_WINDOW))
    assert desk.screen.targets == [ActiveWindow(), WholeDesktop()]
    desk.screen.waiting[1](desk.screen.result)
    assert desk.wait().sentence == "Kính gửi bà Lan."
    assert desk.earcons.played.count(Earcon.START) == 1


def test_no_screen_at_all_is_said_once(desk: Desk) -> None:
    desk.screen.result = CaptureError("x", CaptureFault.NO_WINDOW)
    desk.describer.read_window()
    assert desk.announcer.said == [MESSAGES.text("capture.no-window")]


def test_reading_that_fails_is_one_sentence(desk: Desk) -> None:
    desk.texts.result = ReadingError("x", ReadingFault.TIMED_OUT)
    desk.describer.read_screen(WholeDesktop())
    wait_until(lambda: bool(desk.announcer.said))
    assert desk.announcer.said == [MESSAGES.text("reading.timed-out")]
    assert desk.earcons.played[-1] is Earcon.FAILED
    assert desk.kept == []


def test_the_text_of_a_photo_is_read_when_asked_for(desk: Desk) -> None:
    desk.describer.read_again()
    assert desk.announcer.said == [MESSAGES.text("describing.nothing-yet")]
    desk.describer.describe_screen(WholeDesktop())
    desk.engine.answer(a_caption("một tấm biển"))
    desk.describer.read_again()
    wait_until(lambda: len(desk.results) == 2)
    assert desk.announcer.said[-1] == "Kính gửi bà Lan."


def test_more_is_the_whole_text(desk: Desk) -> None:
    lines = tuple(Line(f"Câu số {n}.", LineKind.PARAGRAPH, Area(0, 0, 9, 9)) for n in range(9))
    desk.texts.result = Page(lines)
    desk.describer.describe_screen(WholeDesktop())
    desk.see(Verdict.TEXT)
    sentence = desk.wait().sentence
    assert sentence.endswith("Còn nữa: hãy bấm Ctrl+Alt+Shift+F để nghe hết.")
    assert "Câu số 8." not in sentence
    desk.describer.tell_more()
    assert desk.announcer.said[-1].endswith("Câu số 8.")


def test_stop_ends_the_reading(desk: Desk) -> None:
    desk.texts.slow = True
    desk.describer.read_screen(WholeDesktop())
    wait_until(lambda: len(desk.texts.given) == 1)
    desk.describer.tell_status()
    assert desk.announcer.said[-1] == MESSAGES.text("describing.working-since", seconds=0)
    desk.describer.stop()
    assert desk.texts.cancelled == 1
    assert desk.announcer.said[-1] == MESSAGES.text("describing.cancelled")
    assert desk.results == []


def test_a_new_wish_ends_the_reading(desk: Desk) -> None:
    desk.texts.slow = True
    desk.describer.describe_screen(WholeDesktop())
    desk.see(Verdict.TEXT)
    wait_until(lambda: len(desk.texts.given) == 1)
    desk.describer.describe_screen(WholeDesktop())
    desk.engine.answer(a_caption("một con mèo"))
    assert [found.sentence for found in desk.results] == ["một con mèo"]
    assert desk.texts.cancelled >= 1
