"""Saved settings take effect in every part at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from assistant.hotkeys.chord import Action
from assistant.preferences import Preferences
from assistant.settings import Settings, SettingsStore
from assistant.speech.choice import Reading, VoiceChoice
from assistant.speech.router import Overrides
from tests.assistant.fakes import MESSAGES, DescribingDesk, FakeHotkeys, FakeOpener, FakeWindow


class Desk(DescribingDesk):
    """The parts that have settings, and the file."""

    def __init__(self, qapp: QApplication, folder: Path) -> None:
        super().__init__(folder)
        self.window, self.hotkeys = FakeWindow(), FakeHotkeys()
        self.opener = FakeOpener(self.window)
        self.store = SettingsStore(folder / "settings.json")
        self.releases: list[float] = []
        service = SimpleNamespace(set_release_after=self.releases.append)
        parts: Any = SimpleNamespace(
            qt=qapp, store=self.store, window=self.window, describer=self.describer, service=service,
            opener=self.opener, hotkeys=self.hotkeys,
        )  # fmt: skip
        self.preferences = Preferences(parts, MESSAGES)
        self.told: list[str] = []
        self.preferences.told.connect(self.told.append)


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Desk:
    return Desk(qapp, tmp_path)


def test_every_part_gets_its_settings_and_the_file_too(desk: Desk) -> None:
    wanted = Settings(
        speech_in_window="screen-reader", speech_in_background="own-voice", speech_without_reader="off",
        voice_engine="espeak-ng", voices={"espeak-ng": {"rate": 40}}, queue_speech=True,
        sound_volume=20, history_megabytes=50, history_days=7, release_after_minutes=3,
    )  # fmt: skip
    desk.opener.settings_saved.emit(wanted)
    assert desk.announcer.overrides == Overrides("screen-reader", "own-voice", "off")
    reads = Reading("espeak-ng", {"espeak-ng": VoiceChoice(rate=40)}, allow_online=False, queue=True)
    assert desk.announcer.reading == reads
    assert desk.earcons.volume == 20
    assert desk.history.limit_bytes == 50_000_000
    assert desk.history.limit_age == timedelta(days=7)
    assert desk.releases == [180]
    assert desk.describer.settings == desk.store.load() == wanted
    assert desk.told == []


def test_speech_and_sounds_can_be_switched_off(desk: Desk) -> None:
    desk.opener.settings_saved.emit(Settings(speak=False, sounds=False))
    assert desk.announcer.overrides == Overrides("off", "off", "off")
    assert desk.earcons.volume == 0


def test_new_hotkeys_are_taken_and_refusals_told(desk: Desk) -> None:
    desk.opener.settings_saved.emit(Settings(text_scale=120))
    assert desk.hotkeys.taken == []
    chords = {Action.REGION.value: "Ctrl+Alt+Shift+J"}
    desk.opener.settings_saved.emit(Settings(text_scale=100, hotkeys=chords))
    assert desk.hotkeys.taken == [chords]
    assert desk.told == [MESSAGES.text("main.hotkey-refused", chord="Ctrl+Alt+Shift+J")]


def test_a_computer_without_hotkeys_is_told_what_to_do(desk: Desk) -> None:
    desk.hotkeys.available = False
    desk.preferences.take_hotkeys()
    assert desk.window.told == [MESSAGES.text("main.no-hotkeys")]


def test_hotkeys_let_go_while_keys_are_captured(desk: Desk) -> None:
    desk.opener.capturing.emit(True)
    assert (desk.hotkeys.released, desk.hotkeys.taken) == (1, [])
    desk.opener.capturing.emit(False)
    assert desk.hotkeys.taken == [{}]


def test_language_waits_for_a_restart(desk: Desk) -> None:
    desk.opener.settings_saved.emit(Settings(language="en"))
    assert desk.told == [MESSAGES.text("main.restart-for-language")]


@pytest.mark.parametrize("for_good", [True, False])
def test_the_guide_is_remembered(desk: Desk, for_good: bool) -> None:
    desk.opener.guide_finished.emit(for_good)
    assert desk.store.load().first_run_done is for_good


def test_camera_is_remembered(desk: Desk) -> None:
    desk.opener.camera_chosen.emit("usb-1")
    assert desk.store.load().camera == "usb-1"
