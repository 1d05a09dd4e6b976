"""The own voice beside the window: nothing blocks, the new text cuts the old one, paused texts go on."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from assistant.speech.chain import VoiceChain
from assistant.speech.choice import Reading
from assistant.speech.own_voice import OwnVoice
from assistant.speech.voice import VoiceError, VoiceFault
from tests.assistant.speech.fakes import FakeVoice
from tests.fakes import wait_until


@pytest.fixture
def engine() -> FakeVoice:
    return FakeVoice("fake")


@pytest.fixture
def voice(engine: FakeVoice, qtbot: QtBot) -> Iterator[OwnVoice]:
    own = OwnVoice(VoiceChain([engine]))
    yield own
    own.close()


def texts(engine: FakeVoice) -> list[str]:
    return [utterance.text for utterance in engine.begun]


def test_a_text_is_read(voice: OwnVoice, engine: FakeVoice) -> None:
    voice.say("một con mèo")
    wait_until(lambda: engine.said == ["một con mèo"])
    wait_until(lambda: not voice.speaking)


def test_saying_does_not_wait(voice: OwnVoice, engine: FakeVoice) -> None:
    engine.endless = True
    began = time.monotonic()
    voice.say("một")
    assert time.monotonic() - began < 0.05
    wait_until(lambda: voice.speaking)


def test_a_new_text_cuts_the_old_one(voice: OwnVoice, engine: FakeVoice) -> None:
    engine.endless = True
    voice.say("cũ")
    wait_until(lambda: texts(engine) == ["cũ"])
    voice.say("mới")
    wait_until(lambda: texts(engine) == ["cũ", "mới"])
    engine.finish()
    wait_until(lambda: not voice.speaking)
    assert engine.said == ["mới"]


@pytest.mark.parametrize("queue", [True, False])
def test_texts_wait_for_each_other_by_choice_or_when_not_urgent(
    voice: OwnVoice, engine: FakeVoice, queue: bool
) -> None:
    voice.chain.reading = Reading(queue=queue)
    engine.endless = True
    voice.say("một")
    wait_until(lambda: texts(engine) == ["một"])
    voice.say("hai", urgent=queue)
    time.sleep(0.05)
    assert texts(engine) == ["một"]
    engine.endless = False
    engine.finish()
    wait_until(lambda: engine.said == ["một", "hai"])


def test_stop_is_at_once_and_forgets_what_waits(voice: OwnVoice, engine: FakeVoice) -> None:
    voice.chain.reading = Reading(queue=True)
    engine.endless = True
    voice.say("một")
    voice.say("hai")
    wait_until(lambda: texts(engine) == ["một"])
    began = time.monotonic()
    voice.stop()
    assert time.monotonic() - began < 0.05
    wait_until(lambda: not voice.speaking)
    time.sleep(0.1)
    assert texts(engine) == ["một"]
    assert engine.said == []


def test_a_voice_that_missed_the_stop_is_told_again(
    voice: OwnVoice, engine: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a stop in the instant in which the voice begins, and is overlooked, THEN it is told again."""
    engine.endless = True
    stops = iter([False, True, True])
    really = engine.stop
    monkeypatch.setattr(engine, "stop", lambda: really() if next(stops) else None)
    voice.say("một")
    wait_until(lambda: bool(engine.begun))
    voice.stop()
    wait_until(lambda: engine._stopped)


def test_a_long_text_is_read_by_sentences_and_goes_on_after_a_pause(
    voice: OwnVoice, engine: FakeVoice
) -> None:
    engine.endless = True
    voice.say("Câu thứ nhất. Câu thứ hai. Câu thứ ba.")
    wait_until(lambda: len(engine.begun) == 1)
    engine.finish()
    wait_until(lambda: len(engine.begun) == 2)
    voice.pause()
    wait_until(lambda: voice.paused)
    time.sleep(0.1)
    assert len(engine.begun) == 2
    engine.endless = False
    voice.resume()
    wait_until(lambda: len(engine.said) == 3)
    assert [text[:11] for text in engine.said] == ["Câu thứ nhấ", "Câu thứ hai", "Câu thứ ba."]


def test_a_new_text_ends_a_pause(voice: OwnVoice, engine: FakeVoice) -> None:
    engine.endless = True
    voice.say("Cũ.")
    wait_until(lambda: bool(engine.begun))
    voice.pause()
    engine.endless = False
    voice.say("Mới.")
    wait_until(lambda: engine.said == ["Mới."])
    assert not voice.paused


def test_a_failure_is_reported_with_what_was_to_be_said(
    voice: OwnVoice, engine: FakeVoice, qtbot: QtBot
) -> None:
    engine.fault = VoiceFault.NO_SOUND
    with qtbot.waitSignal(voice.failed) as blocker:
        voice.say("một", tag="mark")
    tag, error = blocker.args
    assert tag == "mark"
    assert isinstance(error, VoiceError)
    engine.fault = None
    voice.say("hai")
    wait_until(lambda: engine.said == ["hai"])


def test_the_text_is_prepared_for_speech(voice: OwnVoice, engine: FakeVoice) -> None:
    voice.say("cao 25 m")
    wait_until(lambda: bool(engine.said))
    assert engine.said == ["cao hai mươi lăm mét"]
