"""Voices are listed and tried beside the window; the newest trial counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from assistant.speech.choice import VoiceChoice
from assistant.speech.trial import EngineInfo
from assistant.speech.trying import THREAD_NAME, Trying
from assistant.speech.voice import VoiceError, VoiceFault
from tests.assistant.speech.fakes import FakeVoice
from tests.fakes import wait_until


@pytest.fixture
def engines() -> list[FakeVoice]:
    return [FakeVoice("first"), FakeVoice("second", online=True, installed=False)]


@pytest.fixture
def trying(engines: list[FakeVoice], qtbot: QtBot) -> Iterator[Trying]:
    parent = QObject()
    made = Trying(engines, "cao 25 m", parent)
    yield made
    made.stop()
    wait_until(lambda: all(thread.name != THREAD_NAME for thread in threading.enumerate()))


def test_what_there_is(trying: Trying) -> None:
    assert trying.engines() == [
        EngineInfo("first", online=False, installed=True),
        EngineInfo("second", online=True, installed=False),
    ]


def test_voices_are_listed_later(trying: Trying) -> None:
    answers: list[object] = []
    trying.list_voices("first", answers.append)
    assert answers == []
    wait_until(lambda: bool(answers))
    assert [voice.name for voice in answers[0]] == ["Giọng của first"]  # type: ignore[attr-defined]


def test_a_trial_reads_the_sample_as_chosen(trying: Trying, engines: list[FakeVoice]) -> None:
    ends: list[VoiceError | None] = []
    trying.try_voice("first", VoiceChoice("vi", rate=30), ends.append)
    wait_until(lambda: ends == [None])
    assert engines[0].begun[0].text == "cao hai mươi lăm mét"
    assert engines[0].begun[0].rate == 30


def test_a_failure_is_the_answer(trying: Trying, engines: list[FakeVoice]) -> None:
    engines[0].fault = VoiceFault.NO_SOUND
    ends: list[VoiceError | None] = []
    trying.try_voice("first", VoiceChoice(), ends.append)
    wait_until(lambda: bool(ends))
    assert ends[0] is not None
    assert ends[0].fault is VoiceFault.NO_SOUND


def test_a_new_trial_cuts_the_old_one(trying: Trying, engines: list[FakeVoice]) -> None:
    engines[0].endless = True
    ends: list[str] = []
    trying.try_voice("first", VoiceChoice(rate=1), lambda error: ends.append("old"))
    wait_until(lambda: len(engines[0].begun) == 1)
    trying.try_voice("first", VoiceChoice(rate=2), lambda error: ends.append("new"))
    wait_until(lambda: len(engines[0].begun) == 2)
    engines[0].finish()
    wait_until(lambda: ends == ["old", "new"])


def test_trying_does_not_wait(trying: Trying, engines: list[FakeVoice]) -> None:
    engines[0].endless = True
    began = time.monotonic()
    trying.try_voice("first", VoiceChoice(), lambda error: None)
    assert time.monotonic() - began < 0.05
    wait_until(lambda: bool(engines[0].begun))
