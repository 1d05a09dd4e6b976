"""A sentence goes to the one who is to speak it, to the next one when that fails, and never to two."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from assistant.speech.announcer import Announcer, Ears, Pausing
from assistant.speech.chain import VoiceChain
from assistant.speech.own_voice import OwnVoice
from assistant.speech.readers.reader import Reader
from assistant.speech.router import Overrides
from assistant.speech.voice import VoiceFault
from tests.assistant.speech.fakes import FakeDisplay, FakeReader, FakeVoice
from tests.fakes import wait_until


class Room:
    """An announcer among people who listen.

    Attributes:
        events: announcement events: text and politeness.
        reader: the screen reader that is running.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []
        self.reader: Reader | None = None
        self.voice, self.display = FakeVoice("fake"), FakeDisplay()
        self.window = QObject()
        self.focused = False
        monkeypatch.setattr(QAccessible, "updateAccessibility", self._on_event)
        monkeypatch.setattr(QGuiApplication, "applicationState", self._state)
        own = OwnVoice(VoiceChain([self.voice]), self.window)
        self.announcer = Announcer(self.window, own, Ears(lambda: self.reader, self.display))

    def _state(self) -> Qt.ApplicationState:
        state = Qt.ApplicationState
        return state.ApplicationActive if self.focused else state.ApplicationInactive

    def _on_event(self, event: QAccessibleAnnouncementEvent) -> None:
        self.events.append((event.message(), event.politeness()))


@pytest.fixture
def room(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    made = Room(monkeypatch)
    yield made
    made.announcer.close()


def settle() -> None:
    end = time.monotonic() + 0.15
    wait_until(lambda: time.monotonic() > end)


def test_a_window_in_front_is_announced(room: Room) -> None:
    room.reader, room.focused = FakeReader(), True
    room.announcer.announce("một")
    room.announcer.announce("hai", urgent=False)
    wait_until(lambda: len(room.events) == 2)
    polite = QAccessible.AnnouncementPoliteness
    assert room.events == [("một", polite.Assertive), ("hai", polite.Polite)]
    assert room.voice.begun == []


def test_in_the_background_the_reader_is_given_the_sentence(room: Room) -> None:
    room.reader = reader = FakeReader()
    room.announcer.announce("một")
    wait_until(lambda: reader.said == ["một"])
    settle()
    assert (room.events, room.voice.begun) == ([], [])


def test_without_a_reader_the_own_voice_speaks_and_braille_is_shown(room: Room) -> None:
    room.announcer.announce("số 3")
    wait_until(lambda: room.voice.said == ["số ba"])
    wait_until(lambda: room.display.shown == ["số 3"])
    assert room.events == []


def test_a_reader_that_does_not_take_a_sentence_is_replaced(room: Room) -> None:
    room.reader = reader = FakeReader()
    reader.deaf = True
    room.announcer.announce("một")
    wait_until(lambda: room.voice.said == ["một"])
    settle()
    assert room.display.shown == []


def test_a_voice_that_fails_is_told_and_the_sentence_passed_on(room: Room, qtbot: QtBot) -> None:
    room.reader = reader = FakeReader()
    room.announcer.overrides = Overrides(in_background="own-voice")
    room.voice.fault = VoiceFault.NO_SOUND
    with qtbot.waitSignal(room.announcer.voice_failed):
        room.announcer.announce("một")
    wait_until(lambda: reader.said == ["một"])


def test_the_reader_of_the_moment_counts(room: Room) -> None:
    room.announcer.announce("một")
    wait_until(lambda: room.voice.said == ["một"])
    room.reader = reader = FakeReader()
    room.announcer.announce("hai")
    wait_until(lambda: reader.said == ["hai"])
    assert room.announcer.reader is reader


def test_decomposed_letters_are_composed(room: Room) -> None:
    room.reader = reader = FakeReader()
    room.announcer.announce("hoa\u0300")
    wait_until(lambda: reader.said == ["hoà"])


def test_off_is_off(room: Room) -> None:
    room.announcer.overrides = Overrides("off", "off", "off")
    room.announcer.announce("một")
    settle()
    assert (room.events, room.voice.begun) == ([], [])


def test_stop_silences_everybody_and_drops_what_was_not_begun(room: Room) -> None:
    room.reader = reader = FakeReader()
    waiting = []

    def slowly() -> Reader | None:
        waiting.append(True)
        time.sleep(0.1)
        return reader

    room.announcer._ears = Ears(slowly)
    room.announcer.announce("một")
    wait_until(lambda: bool(waiting))
    room.announcer.stop()
    wait_until(lambda: reader.stops == 1)
    settle()
    assert reader.said == []


def test_pause_is_for_the_own_voice(room: Room) -> None:
    assert room.announcer.pause_or_resume() is Pausing.NOTHING
    room.voice.endless = True
    room.announcer.announce("một")
    wait_until(lambda: bool(room.voice.begun))
    assert room.announcer.pause_or_resume() is Pausing.PAUSED
    room.voice.endless = False
    assert room.announcer.pause_or_resume() is Pausing.RESUMED
    wait_until(lambda: room.voice.said == ["một"])


def test_the_display_is_given_back_at_the_end(room: Room) -> None:
    room.announcer.close()
    assert room.display.closed


def test_nothing_blocks_the_window(room: Room) -> None:
    def hangs() -> Reader | None:
        time.sleep(0.5)
        return None

    room.announcer._ears = Ears(hangs)
    began = time.monotonic()
    room.announcer.announce("một")
    assert time.monotonic() - began < 0.05
