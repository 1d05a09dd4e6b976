"""Commands that depend on what the computer has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.batch.describer import FileDescriber
from assistant.batch.several import SeveralFiles
from assistant.capture.desktop import OneMonitor, Target, WholeDesktop
from assistant.commanding import Commander
from assistant.hotkeys.chord import Action
from assistant.speech.announcer import Pausing
from assistant.speech.earcons import Earcon
from assistant.speech.voice import VoiceError, VoiceFault
from assistant.windows.main_window import Command
from tests.assistant.fakes import MESSAGES, DescribingDesk, FakeHotkeys, FakeOpener, FakeWindow


class Desk(DescribingDesk):
    """A commander and whom it commands."""

    def __init__(self, folder: Path, monitors: int) -> None:
        super().__init__(folder, monitors=monitors)
        self.window, self.hotkeys = FakeWindow(), FakeHotkeys()
        self.opener = FakeOpener(self.window)
        files = FileDescriber(self.service, MESSAGES, lambda: "m")
        parts: Any = SimpleNamespace(
            window=self.window, opener=self.opener, describer=self.describer, hotkeys=self.hotkeys,
            screen=self.screen, files=files, several=SeveralFiles(files, MESSAGES), service=self.service,
            instance=SimpleNamespace(wished=SimpleNamespace(connect=lambda slot: None)), tray=None,
            qt=SimpleNamespace(quit=lambda: None), store=None,
        )  # fmt: skip
        self.commander = Commander(parts, MESSAGES)


@pytest.fixture
def desk_with(qapp: object, tmp_path: Path) -> Callable[[int], Desk]:
    """Takes the number of monitors."""
    return lambda monitors: Desk(tmp_path, monitors)


class TestMonitors:
    def test_one_monitor_asks_nothing(self, desk_with: Callable[[int], Desk]) -> None:
        desk = desk_with(1)
        desk.commander.do(Command.SCREEN)
        assert desk.opener.asked == []
        assert desk.screen.targets == [WholeDesktop()]

    @pytest.mark.parametrize(
        ("chosen", "targets"),
        [(0, [WholeDesktop()]), (1, [OneMonitor(0)]), (2, [OneMonitor(1)]), (None, [])],
    )
    def test_several_can_be_chosen_from(
        self, desk_with: Callable[[int], Desk], chosen: int | None, targets: list[Target]
    ) -> None:
        desk = desk_with(2)
        desk.opener.chosen = chosen
        desk.commander.do(Command.SCREEN)
        assert desk.opener.asked[0][2] == "Màn hình 2: HDMI-2"
        assert desk.screen.targets == targets

    def test_a_hotkey_asks_nothing(self, desk_with: Callable[[int], Desk]) -> None:
        desk = desk_with(2)
        desk.hotkeys.pressed.emit(Action.SCREEN)
        assert desk.opener.asked == []
        assert desk.screen.targets == [WholeDesktop()]

    def test_no_screen_is_said(self, desk_with: Callable[[int], Desk]) -> None:
        desk = desk_with(0)
        desk.commander.do(Command.SCREEN)
        assert desk.announcer.said == [MESSAGES.text("capture.no-screen")]


def test_a_hotkey_that_is_only_tested_describes_nothing(desk_with: Callable[[int], Desk]) -> None:
    desk = desk_with(1)
    desk.opener.testing = True
    desk.hotkeys.pressed.emit(Action.SCREEN)
    assert desk.screen.targets == []


def test_what_the_voice_could_not_say_stands_in_the_status_line(desk_with: Callable[[int], Desk]) -> None:
    """Nothing is said of it: the voice that would say so is the one that failed. A sound tells of it."""
    desk = desk_with(1)
    desk.announcer.voice_failed.emit(VoiceError("no device", VoiceFault.NO_SOUND))
    assert desk.window.told == [MESSAGES.text("voice-error.no-sound")]
    assert desk.announcer.said == []
    assert desk.earcons.played == [Earcon.FAILED]


@pytest.mark.parametrize("done", Pausing)
def test_what_became_of_pausing_is_shown(desk_with: Callable[[int], Desk], done: Pausing) -> None:
    """It is said too where the voice is not the paused one."""
    desk = desk_with(1)
    desk.announcer.pausing = done
    desk.commander.do(Command.PAUSE)
    sentence = MESSAGES.text(f"describing.{done}")
    assert desk.window.told == [sentence]
    assert desk.announcer.said == ([sentence] if done is Pausing.NOTHING else [])


def test_a_changed_model_ends_what_was_being_described(desk_with: Callable[[int], Desk]) -> None:
    """Nothing is said: the window of the models tells what changed."""
    desk = desk_with(1)
    states: list[bool] = []
    desk.describer.busy_changed.connect(states.append)
    desk.describer.describe_screen(WholeDesktop())
    desk.opener.models_changed.emit()
    assert states == [True, False]
    assert desk.announcer.said == []
