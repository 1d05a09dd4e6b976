"""Commands that depend on what the computer has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from assistant.capture.desktop import Area, Monitor, OneMonitor, Target, WholeDesktop
from assistant.capture.picture import CaptureError, CaptureFault
from assistant.commanding import Commander
from assistant.hotkeys.chord import Action
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.windows.main_window import Command

MESSAGES = Messages("vi")


class FakeOpener(QObject):
    told = Signal(str)
    read_wanted = Signal(str)
    describe_wanted = Signal(object)
    settings_saved = Signal(object)
    camera_chosen = Signal(str)
    capturing = Signal(bool)
    guide_finished = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.answer = 0
        self.testing = False

    def choose(self, question: str, names: list[str]) -> str:
        self.asked.append(names)
        return names[self.answer] if self.answer >= 0 else ""

    def hotkey_pressed(self, action: Action) -> bool:
        return self.testing


class FakeDescriber(QObject):
    described = Signal(object)
    told = Signal(str)
    busy_changed = Signal(bool)
    files_found = Signal(list)

    def __init__(self, monitors: int) -> None:
        super().__init__()
        self.settings = Settings()
        self.targets: list[Target] = []
        self.said: list[str] = []
        self.monitors = monitors
        announcer = SimpleNamespace(announce=self.said.append)
        self.tools = SimpleNamespace(announcer=announcer, screen=SimpleNamespace(monitors=self._monitors))

    def _monitors(self) -> list[Monitor]:
        if not self.monitors:
            raise CaptureError("none", CaptureFault.NO_SCREEN)
        return [Monitor(Area(0, 0, 9, 9), f"HDMI-{n}", n == 1) for n in range(1, self.monitors + 1)]

    def describe_screen(self, target: Target) -> None:
        self.targets.append(target)

    def __getattr__(self, name: str) -> Any:
        return lambda *args: None


class FakeSeveral(QObject):
    finished = Signal(str)


class FakeWindow(QObject):
    commanded = Signal(object)
    dropped = Signal(object)
    closing = Signal()

    def tell(self, sentence: str) -> None:
        pass


class Desk:
    def __init__(self, monitors: int) -> None:
        self.window, self.opener = FakeWindow(), FakeOpener()
        self.describer = FakeDescriber(monitors)
        self.hotkeys = SimpleNamespace(pressed=SimpleNamespace(connect=self._keep))
        parts: Any = SimpleNamespace(
            window=self.window, opener=self.opener, describer=self.describer, hotkeys=self.hotkeys,
            instance=SimpleNamespace(wished=SimpleNamespace(connect=lambda slot: None)), tray=None,
            qt=SimpleNamespace(quit=lambda: None), several=FakeSeveral(), files=None, service=None,
            store=None,
        )  # fmt: skip
        self.commander = Commander(parts, MESSAGES)

    def _keep(self, slot: Any) -> None:
        self.press = slot


@pytest.mark.usefixtures("qapp")
class TestMonitors:
    def test_one_monitor_asks_nothing(self) -> None:
        desk = Desk(1)
        desk.commander.do(Command.SCREEN)
        assert desk.opener.asked == []
        assert desk.describer.targets == [WholeDesktop()]

    @pytest.mark.parametrize(
        ("answer", "targets"), [(0, [WholeDesktop()]), (1, [OneMonitor(0)]), (2, [OneMonitor(1)]), (-1, [])]
    )
    def test_several_can_be_chosen_from(self, answer: int, targets: list[Target]) -> None:
        desk = Desk(2)
        desk.opener.answer = answer
        desk.commander.do(Command.SCREEN)
        assert desk.opener.asked[0][2] == "Màn hình 2: HDMI-2"
        assert desk.describer.targets == targets

    def test_a_hotkey_asks_nothing(self) -> None:
        desk = Desk(2)
        desk.press(Action.SCREEN)
        assert desk.opener.asked == []
        assert desk.describer.targets == [WholeDesktop()]

    def test_no_screen_is_said(self) -> None:
        desk = Desk(0)
        desk.commander.do(Command.SCREEN)
        assert desk.describer.said == [MESSAGES.text("capture.no-screen")]


@pytest.mark.usefixtures("qapp")
def test_a_hotkey_that_is_only_tested_describes_nothing() -> None:
    desk = Desk(1)
    desk.opener.testing = True
    desk.press(Action.SCREEN)
    assert desk.describer.targets == []
