"""When one voice cannot read a text, the next one does, and the person's choices hold."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.speech.chain import REST_S, VoiceChain
from assistant.speech.choice import Reading, VoiceChoice, reading_of
from assistant.speech.voice import Utterance, VoiceError, VoiceFault
from tests.assistant.speech.fakes import FakeVoice
from tests.fakes import wait_until


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def names(chain: VoiceChain) -> list[str]:
    return [engine.name for engine in chain.usable()]


def test_the_first_installed_one_reads() -> None:
    missing, first, second = FakeVoice("missing", installed=False), FakeVoice("first"), FakeVoice("second")
    VoiceChain([missing, first, second]).speak("xin chào")
    assert (missing.begun, first.said, second.begun) == ([], ["xin chào"], [])


def test_the_next_one_reads_when_one_fails_and_the_failed_one_rests() -> None:
    clock, first, second = Clock(), FakeVoice("first"), FakeVoice("second")
    chain = VoiceChain([first, second], clock=clock)
    first.fault = VoiceFault.NO_SOUND
    chain.speak("một")
    assert second.said == ["một"]
    first.fault = None
    assert names(chain) == ["second", "first"]
    clock.now_s = REST_S + 1
    assert names(chain) == ["first", "second"]


def test_when_all_fail_the_last_fault_is_told() -> None:
    first, second = FakeVoice("first"), FakeVoice("second")
    first.fault, second.fault = VoiceFault.TIMED_OUT, VoiceFault.NO_SOUND
    with pytest.raises(VoiceError) as caught:
        VoiceChain([first, second]).speak("một")
    assert caught.value.fault is VoiceFault.NO_SOUND


def test_without_a_voice_that_is_told() -> None:
    with pytest.raises(VoiceError) as caught:
        VoiceChain([FakeVoice("missing", installed=False)]).speak("một")
    assert caught.value.fault is VoiceFault.MISSING


def test_the_chosen_one_comes_first_and_reads_as_chosen() -> None:
    first, second = FakeVoice("first"), FakeVoice("second")
    chain = VoiceChain([first, second])
    chain.reading = Reading("second", {"second": VoiceChoice("nam", 20, -10, 80)})
    chain.speak("một")
    assert second.begun == [Utterance("một", "nam", 20, -10, 80)]


@pytest.mark.parametrize(
    ("allowed", "engine", "found"),
    [
        (False, "gtts", ["local"]),
        (True, "gtts", ["gtts", "local"]),
        (True, "", ["local"]),
        (True, "local", ["local"]),
    ],
)
def test_an_online_voice_needs_consent_and_choice(allowed: bool, engine: str, found: list[str]) -> None:
    """GIVEN an online voice, THEN nothing is sent unless it is allowed and chosen; it replaces nobody."""
    chain = VoiceChain([FakeVoice("gtts", online=True), FakeVoice("local")])
    chain.reading = Reading(engine, allow_online=allowed)
    assert names(chain) == found


def test_stop_ends_the_reading_and_nobody_goes_on() -> None:
    first, second = FakeVoice("first"), FakeVoice("second")
    first.endless = True
    chain = VoiceChain([first, second])
    thread = threading.Thread(target=chain.speak, args=("một",))
    thread.start()
    wait_until(lambda: bool(first.begun))
    chain.stop()
    thread.join(1)
    assert not thread.is_alive()
    assert (first.said, second.begun) == ([], [])


def test_save_falls_back_too(tmp_path: Path) -> None:
    first, second = FakeVoice("first"), FakeVoice("second")
    first.fault = VoiceFault.FAILED
    VoiceChain([first, second]).save("một", tmp_path / "một.wav")
    assert (tmp_path / "một.wav").stat().st_size > 1000


def test_the_settings_say_how_each_engine_reads() -> None:
    settings = Settings(voice_engine="espeak-ng", voices={"espeak-ng": {"rate": 30}}, queue_speech=True)
    reading = reading_of(settings)
    assert reading.engine == "espeak-ng"
    assert reading.choice("espeak-ng") == VoiceChoice(rate=30)
    assert reading.choice("other") == VoiceChoice()
    assert reading.queue
    assert not reading.allow_online
