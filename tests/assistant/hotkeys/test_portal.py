"""The portal hotkeys against a stand-in for the portal, on a real session bus of the test's own."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from assistant.environment import DESKTOP_ID
from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, parse_chord
from assistant.hotkeys.portal import PortalHotkeys
from tests.assistant.session_bus import glib_portal, session_bus

FAKE = Path(__file__).with_name("fake_portal.py")
CHORDS = {action: parse_chord(chord) for action, chord in DEFAULT_CHORDS.items()}
DESCRIPTIONS = {action: f"Việc {action}" for action in Action}


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with session_bus(tmp_path) as daemon:
        yield daemon


class FakePortal:
    """The running stand-in: what it was asked, and orders to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: SimpleQueue[Any] = SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def asked(self, method: str) -> list[Any]:
        """What the next call of a method was given; everything before it is skipped."""
        while True:
            line = self._lines.get(timeout=20)
            assert line != "ended"
            if line != "ready" and line["method"] == method:
                given: list[Any] = line["given"]
                return given

    def tell(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.kill()
        self._reader.join(timeout=20)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put("ended")


StartPortal = Callable[..., FakePortal]


@pytest.fixture
def start_portal(bus: object) -> Iterator[StartPortal]:
    """Starts the stand-in; ``registry`` "no" is a portal from before 2025, codes other than 0 refuse."""
    with ExitStack() as portals:

        def start(registry: str = "yes", created: str = "0", bound: str = "0") -> FakePortal:
            portal = FakePortal(portals.enter_context(glib_portal(FAKE, registry, created, bound)))
            portals.callback(portal.end)
            return portal

        yield start


@pytest.fixture
def hotkeys() -> Iterator[PortalHotkeys]:
    backend = PortalHotkeys(DESCRIPTIONS)
    yield backend
    backend.stop()


@pytest.fixture
def pressed() -> SimpleQueue[Action]:
    return SimpleQueue()


def finished() -> bool:
    """Wait until the back-end's thread gives up."""
    for thread in threading.enumerate():
        if thread.name == "hotkeys-portal":
            thread.join(timeout=20)
            return not thread.is_alive()
    return True


def test_the_journey(hotkeys: PortalHotkeys, start_portal: StartPortal, pressed: SimpleQueue[Action]) -> None:
    """GIVEN a portal of today, THEN the program tells who it is, asks for its chords, and hears them."""
    portal = start_portal()
    assert hotkeys.start(CHORDS, pressed.put) == {}
    assert portal.asked("Register") == [DESKTOP_ID, {}]
    portal.asked("CreateSession")
    session, shortcuts, window, _ = portal.asked("BindShortcuts")
    assert session.startswith("/org/freedesktop/portal/desktop/session/")
    assert window == ""
    assert shortcuts[0] == [
        "describe-screen",
        {"description": "Việc describe-screen", "preferred_trigger": "CTRL+ALT+SHIFT+m"},
    ]
    assert [name for name, _ in shortcuts] == list(Action)
    assert dict(shortcuts)["repeat"]["preferred_trigger"] == "CTRL+ALT+SHIFT+space"
    for action in Action:
        portal.tell(f"press {action}")
    assert [pressed.get(timeout=20) for _ in Action] == list(Action)


def test_foreign_presses_are_ignored(
    hotkeys: PortalHotkeys, start_portal: StartPortal, pressed: SimpleQueue[Action]
) -> None:
    portal = start_portal()
    hotkeys.start(CHORDS, pressed.put)
    portal.asked("BindShortcuts")
    portal.tell("press-elsewhere describe-screen")
    portal.tell("press something-old")
    portal.tell("press stop")
    assert pressed.get(timeout=20) == Action.STOP
    assert pressed.empty()


def test_a_portal_that_registers_nobody(
    hotkeys: PortalHotkeys, start_portal: StartPortal, pressed: SimpleQueue[Action]
) -> None:
    """GIVEN a portal from before the registry, THEN the hotkeys work without it."""
    portal = start_portal(registry="no")
    hotkeys.start(CHORDS, pressed.put)
    portal.asked("BindShortcuts")
    portal.tell("press stop")
    assert pressed.get(timeout=20) == Action.STOP


@pytest.mark.parametrize(
    ("created", "bound", "method"), [("2", "0", "CreateSession"), ("0", "1", "BindShortcuts")]
)
def test_a_refusal_is_logged(
    created: str,
    bound: str,
    method: str,
    hotkeys: PortalHotkeys,
    start_portal: StartPortal,
    caplog: pytest.LogCaptureFixture,
) -> None:
    start_portal(created=created, bound=bound)
    hotkeys.start(CHORDS, print)
    assert finished()
    assert f"{method} was refused" in caplog.text


def test_the_portal_may_start_again(
    hotkeys: PortalHotkeys, start_portal: StartPortal, pressed: SimpleQueue[Action]
) -> None:
    portal = start_portal()
    hotkeys.start(CHORDS, pressed.put)
    portal.asked("BindShortcuts")
    portal.tell("restart")
    assert portal.asked("Register") == [DESKTOP_ID, {}]
    portal.asked("BindShortcuts")
    portal.tell("press stop")
    assert pressed.get(timeout=20) == Action.STOP


def test_stopping_does_not_wait_for_the_person(hotkeys: PortalHotkeys, start_portal: StartPortal) -> None:
    """GIVEN the desktop's dialog still open, WHEN the program stops, THEN its thread ends."""
    portal = start_portal(bound="never")
    hotkeys.start(CHORDS, print)
    portal.asked("BindShortcuts")
    hotkeys.stop()
    hotkeys.stop()
    assert "hotkeys-portal" not in [thread.name for thread in threading.enumerate()]


def test_the_desktop_may_end_the_session(
    hotkeys: PortalHotkeys, start_portal: StartPortal, caplog: pytest.LogCaptureFixture
) -> None:
    portal = start_portal()
    hotkeys.start(CHORDS, print)
    portal.asked("BindShortcuts")
    portal.tell("close")
    assert finished()
    assert "the desktop ended the session" in caplog.text


def test_a_bus_without_a_portal(
    hotkeys: PortalHotkeys, bus: object, caplog: pytest.LogCaptureFixture
) -> None:
    hotkeys.start(CHORDS, print)
    assert finished()
    assert "ServiceUnknown" in caplog.text


def test_the_end_of_the_bus_is_survived(
    hotkeys: PortalHotkeys,
    bus: subprocess.Popen[str],
    start_portal: StartPortal,
    caplog: pytest.LogCaptureFixture,
) -> None:
    portal = start_portal()
    hotkeys.start(CHORDS, print)
    portal.asked("BindShortcuts")
    bus.kill()
    assert finished()
    assert "no hotkeys through the portal" in caplog.text


@pytest.mark.parametrize("address", ["", "tcp:host=localhost,port=1", "unix:path=/nonexistent/bus"])
def test_no_bus(
    address: str, hotkeys: PortalHotkeys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    hotkeys.start(CHORDS, print)
    assert finished()
    assert "no session bus" in caplog.text
