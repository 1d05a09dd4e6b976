"""Reading beside the window: the newest wish wins, cancelling ends it, every fault is an answer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from assistant.capture.desktop import Area
from assistant.reading.page import Line, LineKind, Page
from assistant.reading.reader import ReadingError, ReadingFault
from assistant.reading.service import TextService
from tests.assistant.fakes import FakeTexts
from tests.fakes import wait_until

IMAGE = np.zeros((4, 4, 3), np.uint8)
PAGE = Page((Line("Xin chào", LineKind.ITEM, Area(0, 0, 9, 9)),))


class Desk:
    """A service and what it answered."""

    def __init__(self) -> None:
        self.texts = FakeTexts()
        self.service = TextService(self.texts)
        self.answers: list[object] = []
        self.service.answered.connect(self.answers.append)


@pytest.fixture
def desk(qapp: object) -> Desk:
    return Desk()


def test_a_page_is_answered(desk: Desk) -> None:
    desk.texts.result = PAGE
    photo = Area(1, 1, 2, 2)
    desk.service.start(IMAGE, [photo])
    assert desk.service.running_for_s is not None
    wait_until(lambda: desk.answers == [PAGE])
    assert desk.service.running_for_s is None
    assert desk.texts.given[0][1] == [photo]


def test_a_fault_is_answered(desk: Desk) -> None:
    error = desk.texts.result = ReadingError("x", ReadingFault.MISSING, "install it")
    desk.service.start(IMAGE)
    wait_until(lambda: desk.answers == [error])


def test_a_newer_picture_takes_the_place_of_the_older(desk: Desk) -> None:
    desk.texts.slow = True
    desk.service.start(IMAGE)
    wait_until(lambda: len(desk.texts.given) == 1)
    desk.texts.slow, desk.texts.result = False, PAGE
    desk.service.start(IMAGE)
    wait_until(lambda: bool(desk.answers))
    QCoreApplication.processEvents()
    assert desk.answers == [PAGE]
    assert desk.texts.cancelled == 1


def test_cancelling_ends_the_reader_and_nothing_is_answered(desk: Desk) -> None:
    desk.texts.slow = True
    desk.service.start(IMAGE)
    wait_until(lambda: len(desk.texts.given) == 1)
    desk.service.cancel()
    assert desk.texts.release.is_set()
    assert desk.service.running_for_s is None
    desk.texts.slow = False
    desk.service.start(IMAGE)
    wait_until(lambda: bool(desk.answers))
    assert len(desk.answers) == 1


def test_a_long_reading_is_told_about(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    desk.service.still_working.connect(lambda: told.append(True))
    desk.service._cue.setInterval(10)
    desk.texts.slow = True
    desk.service.start(IMAGE)
    wait_until(lambda: told == [True])
    desk.service.cancel()
