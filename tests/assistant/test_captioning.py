"""The newest request wins, each is answered once, and a dead or hanging engine is replaced."""

from __future__ import annotations

import numpy as np
import pytest

from assistant import captioning
from assistant.captioning import CaptionService, Request
from assistant.capture.picture import Origin, Picture
from assistant.engine_process import EngineDied, EngineHung
from engine import Caption, CaptionError, ModelMissing
from tests.assistant.fakes import FakeEngine
from tests.fakes import wait_until

PICTURE = Picture(np.zeros((4, 5, 3), np.uint8), Origin.SCREEN)


class Log:
    """What the service said of each request, in order."""

    def __init__(self, service: CaptionService) -> None:
        self.lines: list[tuple[str, int]] = []
        self.errors: list[CaptionError] = []
        service.captioned.connect(self._captioned)
        service.failed.connect(self._failed)
        service.cancelled.connect(lambda request: self.lines.append(("cancelled", request.id)))
        service.still_working.connect(lambda request: self.lines.append(("still", request.id)))

    def _captioned(self, request: Request, caption: Caption) -> None:
        assert caption.text == f"câu {request.id}"
        self.lines.append(("captioned", request.id))

    def _failed(self, request: Request, error: CaptionError) -> None:
        self.lines.append(("failed", request.id))
        self.errors.append(error)


@pytest.fixture
def link(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def service(link: FakeEngine) -> CaptionService:
    return CaptionService(link)


@pytest.fixture
def log(service: CaptionService) -> Log:
    return Log(service)


def test_one_request_one_answer(service: CaptionService, link: FakeEngine, log: Log) -> None:
    request = service.request(PICTURE, model="m")
    assert service.running_for_s is not None
    assert link.works[0].pixels is PICTURE.pixels
    link.answer()
    assert log.lines == [("captioned", request.id)]
    assert service.running_for_s is None


def test_the_newest_of_many_is_answered(service: CaptionService, link: FakeEngine, log: Log) -> None:
    """GIVEN fifty presses while the first is worked on, THEN two are computed and only the last is told."""
    requests = [service.request(PICTURE, model="m") for _ in range(50)]
    link.answer()
    link.answer()
    assert [work.id for work in link.works] == [requests[0].id, requests[-1].id]
    assert log.lines == [
        *(("cancelled", request.id) for request in requests[:-1]),
        ("captioned", requests[-1].id),
    ]


def test_errors_of_the_engine_are_passed_on(service: CaptionService, link: FakeEngine, log: Log) -> None:
    request = service.request(PICTURE, model="m")
    link.fail(ModelMissing("none"))
    assert log.lines == [("failed", request.id)]
    assert isinstance(log.errors[0], ModelMissing)


def test_death_is_told_once_and_the_next_request_works(
    service: CaptionService, link: FakeEngine, log: Log
) -> None:
    first = service.request(PICTURE, model="m")
    link.die()
    second = service.request(PICTURE, model="m")
    link.answer()
    assert log.lines == [("failed", first.id), ("captioned", second.id)]
    assert isinstance(log.errors[0], EngineDied)


def test_death_does_not_lose_the_request_that_waits(
    service: CaptionService, link: FakeEngine, log: Log
) -> None:
    first = service.request(PICTURE, model="m")
    second = service.request(PICTURE, model="m")
    link.die()
    link.answer()
    assert log.lines == [("cancelled", first.id), ("captioned", second.id)]


def test_cancelled_work_is_ignored(service: CaptionService, link: FakeEngine, log: Log) -> None:
    request = service.request(PICTURE, model="m")
    service.cancel()
    assert service.running_for_s is None
    link.answer()
    assert log.lines == [("cancelled", request.id)]
    assert link.stops == 0


def test_an_engine_that_goes_on_after_a_cancel_is_ended(
    service: CaptionService, link: FakeEngine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioning, "CANCEL_LIMIT_MS", 20)
    request = service.request(PICTURE, model="m")
    service.cancel()
    wait_until(lambda: link.stops == 1)
    assert log.lines == [("cancelled", request.id)]
    service.request(PICTURE, model="m")
    link.answer()
    assert log.lines[-1][0] == "captioned"


def test_a_hanging_engine_is_ended_and_told(
    service: CaptionService, link: FakeEngine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioning, "TIME_LIMIT_MS", 20)
    request = service.request(PICTURE, model="m")
    wait_until(lambda: bool(log.lines))
    assert log.lines == [("failed", request.id)]
    assert isinstance(log.errors[0], EngineHung)
    assert link.stops == 1


def test_a_long_request_is_announced_once(
    service: CaptionService, link: FakeEngine, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioning, "STILL_WORKING_MS", 10)
    request = service.request(PICTURE, model="m")
    wait_until(lambda: bool(log.lines))
    link.answer()
    assert log.lines == [("still", request.id), ("captioned", request.id)]


def test_idle_time_gives_the_memory_back(
    link: FakeEngine, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    service = CaptionService(link, release_after_s=0.02)
    service.request(PICTURE, model="m")
    link.answer()
    wait_until(lambda: link.stops == 1)


def test_idle_time_waits_for_the_work_of_another_service(link: FakeEngine) -> None:
    service, other = CaptionService(link, release_after_s=0.02), CaptionService(link)
    log = Log(other)
    service.request(PICTURE, model="m")
    link.answer()
    other.request(PICTURE, model="m")
    with pytest.raises(AssertionError):
        wait_until(lambda: link.stops > 0, 0.1)
    link.answer()
    assert [what for what, _ in log.lines] == ["captioned"]
    wait_until(lambda: link.stops == 1)


def test_loading_ahead_says_nothing(service: CaptionService, link: FakeEngine, log: Log) -> None:
    service.request(None, model="m")
    link.answer()
    assert link.works[0].pixels is None
    assert log.lines == []
    assert service.running_for_s is None


def test_two_services_share_an_engine_without_mixing_answers(link: FakeEngine) -> None:
    one, other = CaptionService(link), CaptionService(link)
    logs = Log(one), Log(other)
    first = one.request(PICTURE, model="m")
    link.answer()
    second = other.request(PICTURE, model="m")
    link.answer()
    assert [log.lines for log in logs] == [[("captioned", first.id)], [("captioned", second.id)]]
