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
