"""One speaks: the screen reader or the own voice, never both, and silence comes at once."""

from __future__ import annotations

import sys
import time
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible

from assistant.speech.announcer import Announcer
from assistant.speech.earcons import SOUNDS, Earcon, Earcons
from assistant.speech.own_voice import OwnVoice
from assistant.speech.voices import Voice
from tests.fakes import wait_until

SCRIPT = """
import pathlib, sys, time
log = pathlib.Path(sys.argv[1]).open("a", buffering=1)
print("begin", sys.argv[2], file=log)
time.sleep(float(sys.argv[2].split()[0]))
print("end", file=log)
"""


class FakeVoice:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.stops = 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def stop(self) -> None:
        self.stops += 1


@pytest.mark.parametrize(
    ("output", "reader", "own"),
    [
        ("auto", False, True),
        ("auto", True, False),
        ("own-voice", True, True),
        ("own-voice", False, True),
        ("screen-reader", False, False),
        ("screen-reader", True, False),
        ("off", False, False),
        ("off", True, False),
    ],
)
def test_exactly_one_speaks(
    qapp: object, monkeypatch: pytest.MonkeyPatch, output: str, reader: bool, own: bool
) -> None:
    events: list[object] = []
    monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: reader))
    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(events.append))
    voice = FakeVoice()
    source = QObject()
    announcer = Announcer(source, voice, output)  # type: ignore[arg-type]
    announcer.announce("một con me\u0300o")
    assert voice.said == (["một con mèo"] if own else [])
    through_reader = output == "screen-reader" or (output == "auto" and reader)
    assert len(events) == through_reader
    announcer.stop()
    assert voice.stops == 1


def test_a_new_text_cuts_the_old_one(qapp: object, tmp_path: Path) -> None:
    log = tmp_path / "log"
    voice = OwnVoice(Voice("test", (sys.executable, "-c", SCRIPT, str(log))))
    voice.say("30 old")
    wait_until(lambda: log.exists() and "30" in log.read_text())
    voice.say("0 new")
    wait_until(lambda: "end" in log.read_text())
    assert log.read_text().splitlines() == ["begin 30 old", "begin 0 new", "end"]


def test_stop_is_quick(qapp: object, tmp_path: Path) -> None:
    log = tmp_path / "log"
    voice = OwnVoice(Voice("test", (sys.executable, "-c", SCRIPT, str(log))))
    voice.say("30 x")
    wait_until(log.exists)
    began = time.monotonic()
    voice.stop()
    assert time.monotonic() - began < 0.2
    assert not voice.speaking


def test_a_voice_that_is_gone_is_only_logged(qapp: object, caplog: pytest.LogCaptureFixture) -> None:
    voice = OwnVoice(Voice("gone", ("/no/such/voice",)))
    voice.say("x")
    wait_until(lambda: not voice.speaking)
    assert "gone could not speak" in caplog.text


@pytest.mark.parametrize("earcon", list(Earcon))
def test_every_sound_is_short_and_not_silent(earcon: Earcon) -> None:
    with wave.open(str(SOUNDS / f"{earcon}.wav")) as file:
        assert file.getnframes() / file.getframerate() <= 0.15
        frames = file.readframes(file.getnframes())
    assert max(frames) > 0


def test_sounds_that_are_switched_off_load_nothing(qapp: object) -> None:
    earcons = Earcons(volume=0)
    earcons.play(Earcon.DONE)
    assert earcons.findChildren(QObject) == []
