"""The parent's end: waits, stops within 50 ms, and gets over children that hang or die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from assistant.speech import sound_link
from assistant.speech.sound_link import SoundLink
from assistant.speech.sound_process import serve
from assistant.speech.voice import VoiceError, VoiceFault
from tests.assistant.speech.sound_children import (
    IN_TIME_S,
    is_running,
    serve_mutely,
    serve_never,
    serve_slowly,
)
from tests.fakes import wait_until

pytestmark = pytest.mark.slow

LONG = "a " * 300


class Speaker(threading.Thread):
    """Says something in a thread of its own and remembers how and when it ended."""

    def __init__(self, link: SoundLink, text: str = LONG) -> None:
        super().__init__()
        self._link, self._text = link, text
        self.ended_at, self.fault = 0.0, ""
        self.start()

    def run(self) -> None:
        try:
            say(self._link, self._text)
        except VoiceError as exc:
            self.fault = exc.fault
        self.ended_at = time.monotonic()

    def stop(self) -> float:
        """Stop it; returns how many seconds that took."""
        began = time.monotonic()
        self._link.stop()
        assert time.monotonic() - began < 0.02, "stop waits"
        self.join(10)
        return self.ended_at - began


def say(link: SoundLink, text: str) -> None:
    link.order(
        "say", engine="mock", language="fi", voice="", text=text, rate=100, pitch=0, volume=100
    )  # 50 ms a word


@pytest.fixture
def make() -> Iterator[Callable[..., SoundLink]]:
    made: list[SoundLink] = []

    def make(*arguments: object) -> SoundLink:
        made.append(SoundLink(*arguments))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for link in made:
        process_id = link.process_id
        link.close()
        wait_until(lambda process_id=process_id: process_id is None or not is_running(process_id))  # type: ignore[misc]


def test_one_child_serves_many_orders(make: Callable[..., SoundLink]) -> None:
    link = make()
    assert link.process_id is None
    say(link, "a")
    child = link.process_id
    say(link, "b c")
    assert child
    assert link.process_id == child


def test_stop_ends_a_text_within_50_ms_and_keeps_the_child(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    child = link.process_id
    for _ in range(3):
        speaker = Speaker(link)
        time.sleep(0.1)
        assert speaker.is_alive()
        assert speaker.stop() < IN_TIME_S
        assert speaker.fault == ""
    began = time.monotonic()
    say(link, "a b")  # and the next text is said to its end
    assert time.monotonic() - began > 0.09
    assert link.process_id == child


def test_a_stop_stops_nothing_that_comes_later(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    link.stop()
    speaker = Speaker(link)
    time.sleep(0.1)
    link.stop()
    link.stop()  # a second one in the same moment
    speaker.join(5)
    began = time.monotonic()
    say(link, "a b c")
    assert time.monotonic() - began > 0.14


def test_orders_wait_for_each_other(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    began = time.monotonic()
    speakers = [Speaker(link, "a b c d") for _ in range(2)]
    for speaker in speakers:
        speaker.join(5)
    assert time.monotonic() - began > 0.38


@pytest.mark.slow
def test_a_child_that_never_answers_is_replaced(
    make: Callable[..., SoundLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make(serve_mutely)
    speaker = Speaker(link)
    wait_until(lambda: link._child is not None and link._child.ready)
    first = link.process_id
    assert first
    assert speaker.stop() < IN_TIME_S
    assert speaker.fault == ""
    wait_until(lambda: not is_running(first))
    assert link.process_id is None

    monkeypatch.setattr(sound_link, "SILENCE_LIMIT_S", 2.0)
    with pytest.raises(VoiceError) as caught:
        say(link, "a")
    assert caught.value.fault is VoiceFault.TIMED_OUT
    assert link.process_id is None


@pytest.mark.slow
def test_a_child_that_never_starts(make: Callable[..., SoundLink], monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a start that takes long, THEN a stop does not wait for it nor make it begin anew."""
    monkeypatch.setattr(sound_link, "SILENCE_LIMIT_S", 1.0)
    link = make(serve_never)
    began = time.monotonic()
    speaker = Speaker(link)
    wait_until(lambda: link.process_id is not None)
    child = link.process_id
    assert speaker.stop() < IN_TIME_S
    assert link.process_id == child
    with pytest.raises(VoiceError) as caught:
        say(link, "a")
    assert caught.value.fault is VoiceFault.TIMED_OUT
    assert 0.9 < time.monotonic() - began < 1.5, "the time runs from the start of the child"


@pytest.mark.slow
def test_a_child_at_work_may_take_its_time(
    make: Callable[..., SoundLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make(serve_slowly)
    link.order("play")
    monkeypatch.setattr(sound_link, "SILENCE_LIMIT_S", 0.5)
    assert link.order("play")["fault"] is None


def test_a_killed_child_is_told_at_once_and_replaced(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    speaker = Speaker(link)
    time.sleep(0.1)
    child = link.process_id
    assert child
    os.kill(child, signal.SIGKILL)
    began = time.monotonic()
    speaker.join(5)
    assert time.monotonic() - began < 0.5
    assert speaker.fault == VoiceFault.FAILED
    say(link, "a")
    assert link.process_id not in (None, child)
    wait_until(lambda: not is_running(child))


def test_a_child_killed_between_orders_is_not_noticed(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    child = link.process_id
    assert child
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: link.process_id is None)
    say(link, "a")


def test_a_stopped_child_is_killed_in_time(make: Callable[..., SoundLink]) -> None:
    """GIVEN a real child that the system has frozen in the middle of a text."""
    link = make(serve)
    say(link, "a")
    speaker = Speaker(link)
    time.sleep(0.1)
    child = link.process_id
    assert child
    os.kill(child, signal.SIGSTOP)
    assert speaker.stop() < IN_TIME_S
    wait_until(lambda: not is_running(child))


def test_close_ends_what_runs_without_a_fault(make: Callable[..., SoundLink]) -> None:
    link = make()
    say(link, "a")
    speaker = Speaker(link)
    time.sleep(0.1)
    link.close()
    speaker.join(5)
    assert speaker.fault == ""
    assert link.process_id is None
