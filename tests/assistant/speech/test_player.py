"""Sound files in a real sound process: to the end, stopped, broken; devices that lack, hang, play."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from assistant.speech import sound_link
from assistant.speech.player import Player
from assistant.speech.sound_link import SoundLink
from assistant.speech.sound_process import serve
from assistant.speech.voice import VoiceError, VoiceFault
from tests.assistant.speech.loudspeaker import loudspeaker
from tests.assistant.speech.sound_children import (
    IN_TIME_S,
    no_sound_server,
    serve_without_looking,
    write_tone,
)

pytestmark = pytest.mark.slow


@contextmanager
def player(serve: Callable[[Connection, int], None] = serve) -> Iterator[Player]:
    link = SoundLink(serve)
    yield Player(link)
    link.close()


@pytest.fixture(scope="module")
def unheard() -> Iterator[Player]:
    """Plays in real time to a device that is not there."""
    with pytest.MonkeyPatch.context() as patch, player(serve_without_looking) as made:
        no_sound_server(patch)
        yield made


def fault_of(play: Callable[[Path, int], None], path: Path) -> VoiceFault:
    with pytest.raises(VoiceError) as caught:
        play(path, 50)
    return caught.value.fault


def stop_after(player: Player, seconds: float, play: Callable[[], None]) -> float:
    """Play and stop; returns how many seconds the stop took."""
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        player.stop()

    timer = threading.Timer(seconds, stop)
    timer.start()
    play()
    ended = time.monotonic()
    timer.join()
    return ended - stopped[0]


def test_without_a_device_it_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """QMediaPlayer itself plays on without one, as if somebody heard it."""
    no_sound_server(monkeypatch)
    tone = write_tone(tmp_path / "tone.wav", 5)
    with player() as made:
        for play in (made.play, made.chime):
            assert fault_of(play, tone) is VoiceFault.NO_SOUND
            began = time.monotonic()
            assert fault_of(play, tone) is VoiceFault.NO_SOUND
            assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("name", ["tone.wav", "tone.mp3", "tiếng nói.mp3"])
def test_plays_to_the_end(unheard: Player, tmp_path: Path, name: str) -> None:
    tone = write_tone(tmp_path / name, 0.3)
    began = time.monotonic()
    unheard.play(tone, 50)
    assert time.monotonic() - began > 0.28


def test_stops_within_50_ms(unheard: Player, tmp_path: Path) -> None:
    short, long = write_tone(tmp_path / "short.wav", 0.05), write_tone(tmp_path / "long.mp3", 30)
    unheard.play(short, 50)
    for _ in range(2):
        assert stop_after(unheard, 0.2, lambda: unheard.play(long, 50)) < IN_TIME_S
    unheard.play(short, 50)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp3", b""),
        ("page.mp3", b"<html>Too many requests</html>" * 50),
        ("text.wav", b"[project]\nname = 'x'\n" * 50),
        ("header.wav", b"RIFF\0\0\0\0WAVEfmt "),
    ],
)
def test_a_broken_file_is_told_at_once(unheard: Player, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert fault_of(unheard.play, tmp_path / name) is VoiceFault.BAD_AUDIO
    unheard.play(write_tone(tmp_path / "whole.mp3", 0.05), 50)


def test_a_missing_file(unheard: Player, tmp_path: Path) -> None:
    assert fault_of(unheard.play, tmp_path / "missing.mp3") is VoiceFault.BAD_AUDIO


@pytest.fixture
def dead_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound server that takes connections and never answers; Qt hangs in its first question."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead"))
        dead.listen()
        monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/dead")
        yield


@pytest.mark.slow
def test_a_dead_sound_server_is_a_time_out(
    tmp_path: Path, dead_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_link, "SILENCE_LIMIT_S", 2.0)
    tone = write_tone(tmp_path / "tone.wav", 1)
    with player() as made:
        assert fault_of(made.play, tone) is VoiceFault.TIMED_OUT
        assert stop_after(made, 1.0, lambda: made.play(tone, 50)) < IN_TIME_S


@pytest.mark.slow
def test_is_heard_at_the_volume_that_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tone = write_tone(tmp_path / "tone.wav", 0.4)
    with loudspeaker(tmp_path, monkeypatch) as device, player() as made:
        for play in (made.play, made.chime):
            levels: list[float] = []
            for volume in (100, 25):
                device.peaks.clear()
                play(tone, volume)
                levels.append(device.level())
            assert levels[0] > 11_000, "half of full scale, 3 dB less in each of two channels"
            assert levels[1] == pytest.approx(levels[0] / 4, rel=0.05)


@pytest.mark.slow
def test_a_chime_that_is_no_wav_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = tmp_path / "noise.wav"
    noise.write_text("noise")
    with loudspeaker(tmp_path, monkeypatch), player() as made:
        for path in (noise, noise, tmp_path / "missing.wav"):
            assert fault_of(made.chime, path) is VoiceFault.BAD_AUDIO
