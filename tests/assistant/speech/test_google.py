"""The online voice: one request per sentence, another voice in time, and no sound that is not proven."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.speech.google import FIRST_SOUND_S, PAUSE_S, GoogleVoice
from assistant.speech.sound_cache import SoundCache
from assistant.speech.sound_files import decode
from assistant.speech.voice import Utterance, VoiceError, VoiceFault
from tests.assistant.speech.fake_google import (
    RATE,
    Answer,
    FakeGoogle,
    FakePlayer,
    answers,
    breaks_off,
    envelope,
    eventually,
    serve,
    speaks,
    tone_mp3,
    waits,
)

HELLO = Utterance("Xin chào", volume=70)
LONG = "Một con mèo nằm trên ghế, nhìn ra ngoài cửa sổ. " * 5
REFUSED = "http://127.0.0.1:9/"
"""A port on which nothing listens."""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this computer stands between the tests and their server."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    import gtts  # noqa: F401  its loading is not what the deadlines below measure


@pytest.fixture
def google() -> Iterator[FakeGoogle]:
    with serve(speaks()) as service:
        yield service


@pytest.fixture
def cache(tmp_path: Path) -> SoundCache:
    return SoundCache(tmp_path / "sounds", 1_000_000)


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "sounds").glob("*"))


def fault_of(action: Callable[[], object]) -> VoiceFault:
    with pytest.raises(VoiceError) as caught:
        action()
    return caught.value.fault


def test_a_sentence_is_heard_and_asked_for_once(google: FakeGoogle, cache: SoundCache) -> None:
    player = FakePlayer()
    voice = GoogleVoice(cache, player, endpoint=google.url)
    voice.speak(HELLO)
    voice.speak(HELLO)
    assert google.texts == ["Xin chào"]
    assert player.played == [(tone_mp3(), 70)] * 2


def test_what_it_says_of_itself(cache: SoundCache) -> None:
    voice = GoogleVoice(cache, FakePlayer())
    assert (voice.name, voice.online, voice.is_installed()) == ("gtts", True, True)
    assert [(info.id, info.language) for info in voice.voices()] == [("vi", "vi")]


def test_the_request_is_the_one_of_gtts(google: FakeGoogle, cache: SoundCache) -> None:
    GoogleVoice(cache, FakePlayer(), endpoint=google.url).speak(HELLO)
    assert google.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert google.headers["User-Agent"].startswith("Mozilla/5.0")
    assert google.headers["Referer"] == "http://translate.google.com/"


def test_two_speeds_are_two_sounds(google: FakeGoogle, cache: SoundCache) -> None:
    voice = GoogleVoice(cache, FakePlayer(), endpoint=google.url)
    for rate in (0, -33, -34, -100, 100):
        voice.speak(Utterance("Xin chào", rate=rate))
    assert google.texts == ["Xin chào", "slow: Xin chào"]


def test_long_texts_are_joined(google: FakeGoogle, cache: SoundCache) -> None:
    player = FakePlayer()
    GoogleVoice(cache, player, endpoint=google.url).speak(Utterance(LONG))
    assert len(google.texts) > 2
    assert all(len(text) <= 100 for text in google.texts)
    assert re.findall(r"\w+", " ".join(google.texts)) == re.findall(r"\w+", LONG)
    samples, rate = decode(player.played[0][0])
    assert rate == RATE
    assert len(samples) == pytest.approx(0.5 * RATE * len(google.texts), rel=0.05)


def test_a_file_is_wav(google: FakeGoogle, cache: SoundCache, tmp_path: Path) -> None:
    path = tmp_path / "xin-chào.wav"
    GoogleVoice(cache, FakePlayer(), endpoint=google.url).save(HELLO, path)
    data = path.read_bytes()
    assert data[:4] == b"RIFF"
    assert int.from_bytes(data[34:36], "little") == 16  # bits per sample
    samples, rate = decode(data)
    assert (len(samples), rate) == (RATE // 2, RATE)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        pytest.param(answers(b"", 429), VoiceFault.RATE_LIMITED, id="429"),
        pytest.param(answers(b"", 503), VoiceFault.RATE_LIMITED, id="503"),
        pytest.param(answers(b"", 302, Location="/sorry/"), VoiceFault.RATE_LIMITED, id="riddle"),
        pytest.param(answers(b"", 500), VoiceFault.FAILED, id="500"),
        pytest.param(answers(b"", 403), VoiceFault.FAILED, id="403"),
        pytest.param(answers(b"<html>Xin chao</html>"), VoiceFault.BAD_AUDIO, id="a page"),
        pytest.param(answers(b'[["wrb.fr","jQ1olc",null,null]]'), VoiceFault.BAD_AUDIO, id="no sound"),
        pytest.param(answers(b""), VoiceFault.BAD_AUDIO, id="nothing"),
        pytest.param(answers(envelope(tone_mp3()[:-40])), VoiceFault.BAD_AUDIO, id="cut MP3"),
        pytest.param(answers(envelope(b"\x00\x01" * 900)), VoiceFault.BAD_AUDIO, id="garbage"),
        pytest.param(answers(envelope(b"")), VoiceFault.BAD_AUDIO, id="empty MP3"),
        pytest.param(
            answers(envelope(tone_mp3()).replace(b"=", b"").replace(b"A", b"!")),
            VoiceFault.BAD_AUDIO,
            id="not base64",
        ),
        pytest.param(breaks_off(), VoiceFault.OFFLINE, id="connection lost"),
    ],
)
def test_faults(answer: Answer, fault: VoiceFault, cache: SoundCache, tmp_path: Path) -> None:
    """WHEN Google fails, THEN the fault is named, nothing is heard, and nothing broken is kept."""
    player = FakePlayer()
    with serve(answer) as google:
        voice = GoogleVoice(cache, player, endpoint=google.url)
        assert fault_of(lambda: voice.speak(HELLO)) is fault
        assert fault_of(lambda: voice.save(HELLO, tmp_path / "a.wav")) is fault
    assert player.played == []
    assert kept(tmp_path) == []
    assert not (tmp_path / "a.wav").exists()


def test_no_network(cache: SoundCache) -> None:
    voice = GoogleVoice(cache, FakePlayer(), endpoint=REFUSED)
    began = time.monotonic()
    assert fault_of(lambda: voice.speak(HELLO)) is VoiceFault.OFFLINE
    assert time.monotonic() - began < FIRST_SOUND_S


def test_a_text_without_words(google: FakeGoogle, cache: SoundCache) -> None:
    voice = GoogleVoice(cache, FakePlayer(), endpoint=google.url)
    assert fault_of(lambda: voice.speak(Utterance("..."))) is VoiceFault.FAILED
    assert google.texts == []


def test_a_surprise_reaches_the_caller(cache: SoundCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a fault that nobody foresaw in the fetching thread, THEN the caller hears of it at once."""
    monkeypatch.setattr("assistant.speech.google.fetch_mp3", lambda *_, **__: 1 / 0)
    voice = GoogleVoice(cache, FakePlayer())
    assert fault_of(lambda: voice.speak(HELLO)) is VoiceFault.FAILED


def test_after_a_refusal_nothing_is_asked_for_a_minute(cache: SoundCache) -> None:
    clock = Clock()
    with serve(answers(b"", 429)) as google:
        voice = GoogleVoice(cache, FakePlayer(), endpoint=google.url, clock=clock)
        assert fault_of(lambda: voice.speak(HELLO)) is VoiceFault.RATE_LIMITED
        google.answer = speaks()
        clock.now += PAUSE_S - 1
        assert fault_of(lambda: voice.speak(HELLO)) is VoiceFault.RATE_LIMITED
        assert len(google.texts) == 1
        clock.now += 2
        voice.speak(HELLO)
        assert len(google.texts) == 2


def test_kept_sentences_are_heard_during_the_pause(cache: SoundCache) -> None:
    player = FakePlayer()
    with serve(speaks()) as google:
        voice = GoogleVoice(cache, player, endpoint=google.url)
        voice.speak(HELLO)
        google.answer = answers(b"", 429)
        assert fault_of(lambda: voice.speak(Utterance("Câu khác"))) is VoiceFault.RATE_LIMITED
        voice.speak(HELLO)
    assert len(player.played) == 2


@pytest.mark.slow  # waits for the deadline and the late answer: 2 s
def test_a_late_answer_makes_room_and_is_kept(cache: SoundCache, tmp_path: Path) -> None:
    """WHEN Google is slow, THEN the caller is free at the deadline and the answer serves the next time."""
    player = FakePlayer()
    with serve(waits(FIRST_SOUND_S + 0.5)) as google:
        voice = GoogleVoice(cache, player, endpoint=google.url)
        began = time.monotonic()
        assert fault_of(lambda: voice.speak(HELLO)) is VoiceFault.TIMED_OUT
        assert FIRST_SOUND_S - 0.05 < time.monotonic() - began < FIRST_SOUND_S + 0.2
        assert player.played == []
        assert eventually(lambda: len(kept(tmp_path)) == 1)
        voice.speak(HELLO)
        assert len(google.texts) == 1
    assert player.played == [(tone_mp3(), 70)]


def test_the_same_sentence_twice_is_one_request(cache: SoundCache) -> None:
    """GIVEN a request under way, WHEN the sentence is wanted again, THEN its answer is waited for."""
    with serve(waits(0.3)) as google:
        voice = GoogleVoice(cache, FakePlayer(), endpoint=google.url)
        other = threading.Thread(target=voice.speak, args=(HELLO,))
        other.start()
        assert eventually(lambda: bool(google.texts))
        voice.speak(HELLO)
        other.join()
        assert len(google.texts) == 1


@pytest.mark.parametrize("playing", [False, True], ids=["fetching", "playing"])
def test_stop_is_quick(playing: bool, cache: SoundCache) -> None:
    player = FakePlayer(seconds=5)
    with serve(speaks() if playing else waits(5)) as google:
        voice = GoogleVoice(cache, player, endpoint=google.url)
        thread = threading.Thread(target=voice.speak, args=(HELLO,))
        thread.start()
        assert eventually(player.started.is_set if playing else lambda: bool(google.texts))
        began = time.monotonic()
        voice.stop()
        thread.join(2)
        assert time.monotonic() - began < 0.05
    assert len(player.played) == playing


def test_stop_between_the_answer_and_the_first_sound(google: FakeGoogle, cache: SoundCache) -> None:
    """GIVEN a player that is about to begin and has nothing to stop yet, THEN it is stopped all the same."""

    class LatePlayer(FakePlayer):
        def play(self, path: Path, volume: int) -> None:
            self.started.set()
            time.sleep(0.02)
            super().play(path, volume)

    player = LatePlayer(seconds=5)
    voice = GoogleVoice(cache, player, endpoint=google.url)
    thread = threading.Thread(target=voice.speak, args=(HELLO,))
    thread.start()
    assert player.started.wait(2)
    voice.stop()
    thread.join(0.2)
    assert not thread.is_alive()


def test_stop_without_speech_is_harmless(google: FakeGoogle, cache: SoundCache) -> None:
    player = FakePlayer()
    voice = GoogleVoice(cache, player, endpoint=google.url)
    voice.stop()
    voice.speak(HELLO)
    voice.stop()
    voice.speak(HELLO)
    assert len(player.played) == 2


def test_a_damaged_kept_sound_is_fetched_anew(google: FakeGoogle, cache: SoundCache, tmp_path: Path) -> None:
    player = FakePlayer()
    voice = GoogleVoice(cache, player, endpoint=google.url)
    voice.speak(HELLO)
    (path,) = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    voice.speak(HELLO)
    assert len(google.texts) == 2
    assert player.played == [(tone_mp3(), 70)] * 2


def test_without_a_cache_it_still_speaks(google: FakeGoogle, tmp_path: Path) -> None:
    """GIVEN a folder that cannot be made, THEN the sound is heard from a temporary file."""
    (tmp_path / "file").write_bytes(b"")
    player = FakePlayer()
    voice = GoogleVoice(SoundCache(tmp_path / "file" / "sounds", 10**6), player, endpoint=google.url)
    voice.speak(HELLO)
    assert player.played == [(tone_mp3(), 70)]
