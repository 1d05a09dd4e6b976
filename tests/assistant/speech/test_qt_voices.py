"""Qt's engines, on the mock one in a real sound process: it takes 100 ms a word at the normal rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTextToSpeech import QTextToSpeech

from assistant.speech.qt_voices import QtVoices
from assistant.speech.sound_acts import Speech, text_for
from assistant.speech.sound_link import SoundLink
from assistant.speech.voice import Utterance, VoiceEngine, VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.sound_children import IN_TIME_S

pytestmark = pytest.mark.slow

FIVE = "one two three four five"


@pytest.fixture(scope="module")
def link() -> Iterator[SoundLink]:
    link = SoundLink()
    link.order("voices", engine="mock")
    yield link
    link.close()


@pytest.fixture
def finnish(link: SoundLink) -> QtVoices:
    return QtVoices("mock", link, language="fi")


def duration(voices: QtVoices, utterance: Utterance) -> float:
    began = time.monotonic()
    voices.speak(utterance)
    return time.monotonic() - began


def test_names_and_presence(link: SoundLink) -> None:
    onecore, sapi, mock = (QtVoices(engine, link) for engine in ("winrt", "sapi", "mock"))
    engine: VoiceEngine = onecore
    assert (engine.name, sapi.name, onecore.online) == ("onecore", "sapi", False)
    assert mock.is_installed()
    assert not onecore.is_installed()


def test_only_voices_of_the_language(link: SoundLink, finnish: QtVoices) -> None:
    assert finnish.voices() == (VoiceInfo("Kari", "Kari", "fi"), VoiceInfo("Anneli", "Anneli", "fi"))
    british = QtVoices("mock", link, language="en").voices()
    assert ("Bob", "en-GB") in [(voice.id, voice.language) for voice in british]
    assert QtVoices("mock", link).voices() == ()


@pytest.mark.parametrize(
    ("engine", "language", "voice", "fault"),
    [
        ("mock", "vi", "", VoiceFault.MISSING),
        ("mock", "fi", "Bob", VoiceFault.UNKNOWN_VOICE),  # speaks English
        ("winrt", "vi", "", VoiceFault.MISSING),
    ],
)
def test_voices_that_are_not_there(
    link: SoundLink, engine: str, language: str, voice: str, fault: VoiceFault
) -> None:
    with pytest.raises(VoiceError) as caught:
        QtVoices(engine, link, language=language).speak(Utterance(FIVE, voice))
    assert caught.value.fault is fault


@pytest.mark.parametrize(("rate", "seconds"), [(100, 0.25), (0, 0.5), (-100, 0.75)])
def test_speaks_to_the_end_at_the_rate_that_was_asked_for(
    finnish: QtVoices, rate: int, seconds: float
) -> None:
    assert duration(finnish, Utterance(FIVE, "Anneli", rate=rate)) == pytest.approx(seconds, abs=0.12)


def test_stops_within_50_ms_and_speaks_again(finnish: QtVoices) -> None:
    for _ in range(3):
        stopped: list[float] = []

        def stop(moments: list[float] = stopped) -> None:
            moments.append(time.monotonic())
            finnish.stop()

        threading.Timer(0.2, stop).start()
        finnish.speak(Utterance("a " * 100))
        assert time.monotonic() - stopped[0] < IN_TIME_S
    assert duration(finnish, Utterance(FIVE)) == pytest.approx(0.5, abs=0.12)


def test_pitch_volume_and_voice_reach_the_engine(qapp: object) -> None:
    speech = Speech("mock")
    order = {"text": FIVE, "language": "fi", "voice": "Anneli", "rate": -50, "pitch": 40, "volume": 30}
    ends: list[tuple[VoiceFault | None, str]] = []
    speech.begin(order, lambda *end: ends.append(end))
    engine = speech.findChild(QTextToSpeech)
    assert isinstance(engine, QTextToSpeech)
    values = (engine.rate(), engine.pitch(), engine.volume())
    assert values == pytest.approx((-0.5, 0.4, 0.3))
    assert engine.voice().name() == "Anneli"
    speech.stop()
    assert ends == [(None, "")]


def test_sapi_takes_no_letter_for_a_tag() -> None:
    assert text_for("sapi", "<b> & c") == "&lt;b&gt; &amp; c"
    assert text_for("winrt", "<b> & c") == "<b> & c"


def test_writing_files_waits_for_qt(finnish: QtVoices, tmp_path: Path) -> None:
    """GIVEN a binding without ``synthesize``; WHEN this fails, save can be written."""
    assert not hasattr(QTextToSpeech, "synthesize")
    with pytest.raises(VoiceError) as caught:
        finnish.save(Utterance(FIVE), tmp_path / "x.wav")
    assert caught.value.fault is VoiceFault.FAILED
