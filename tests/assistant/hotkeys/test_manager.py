"""Chords of the person and of the program, and hammered keys."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from assistant.hotkeys import manager
from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, Chord, parse_chord
from assistant.hotkeys.manager import Hotkeys, chords_of
from assistant.hotkeys.protocol import Pressed, Refusal
from tests.fakes import wait_until


class FakeBackend:
    """Remembers its chords; a press comes from another thread, as on every platform."""

    name = "fake"

    def __init__(self) -> None:
        self.chords: Mapping[Action, Chord] = {}
        self.pressed: Pressed | None = None

    def start(self, chords: Mapping[Action, Chord], pressed: Pressed) -> Mapping[Action, Refusal]:
        self.chords, self.pressed = chords, pressed
        return {Action.REGION: Refusal.TAKEN}

    def stop(self) -> None:
        self.chords, self.pressed = {}, None

    def press(self, action: Action) -> None:
        assert self.pressed
        thread = threading.Thread(target=self.pressed, args=(action,))
        thread.start()
        thread.join()


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def presses(qapp: object, backend: FakeBackend) -> list[tuple[Action, bool]]:
    """Actions that came, and whether in this thread."""
    hotkeys = Hotkeys(backend)
    seen: list[tuple[Action, bool]] = []
    main = threading.current_thread()
    hotkeys.pressed.connect(lambda action: seen.append((action, threading.current_thread() is main)))
    assert hotkeys.take({}) == hotkeys.refusals == {Action.REGION: Refusal.TAKEN}
    backend.owner = hotkeys  # type: ignore[attr-defined]  # keeps it alive
    return seen


def test_one_press_comes_at_once_in_the_windows_thread(
    backend: FakeBackend, presses: list[tuple[Action, bool]]
) -> None:
    backend.press(Action.SCREEN)
    wait_until(lambda: bool(presses), 0.2)
    assert presses == [(Action.SCREEN, True)]


def test_a_hammered_key_counts_twice(
    backend: FakeBackend, presses: list[tuple[Action, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN fifty quick presses, THEN the first is told at once and the last when it is quiet again."""
    for _ in range(49):
        backend.press(Action.SCREEN)
    backend.press(Action.WINDOW)
    wait_until(lambda: len(presses) == 2)
    assert [action for action, _ in presses] == [Action.SCREEN, Action.WINDOW]


def test_stop_never_waits_and_ends_a_burst(backend: FakeBackend, presses: list[tuple[Action, bool]]) -> None:
    for action in (Action.SCREEN, Action.SCREEN, Action.STOP):
        backend.press(action)
    wait_until(lambda: len(presses) == 2, manager.BURST_MS / 2000)
    with pytest.raises(AssertionError):
        wait_until(lambda: len(presses) > 2, 2 * manager.BURST_MS / 1000)
    assert [action for action, _ in presses] == [Action.SCREEN, Action.STOP]


def test_the_persons_chords_replace_the_defaults() -> None:
    chords = chords_of({Action.SCREEN: "Ctrl+Alt+Shift+J", Action.STOP: ""})
    assert str(chords[Action.SCREEN]) == "Ctrl+Alt+Shift+J"
    assert Action.STOP not in chords
    assert chords[Action.REPEAT] == parse_chord(DEFAULT_CHORDS[Action.REPEAT])


def test_a_chord_that_cannot_be_read_gives_way_to_the_default(caplog: pytest.LogCaptureFixture) -> None:
    assert chords_of({Action.SCREEN: "Boo+X"})[Action.SCREEN] == parse_chord(DEFAULT_CHORDS[Action.SCREEN])
    assert "Boo" in caplog.text or "default" in caplog.text


def test_no_backend() -> None:
    hotkeys = Hotkeys(None)
    assert not hotkeys.available
    assert hotkeys.take({}) == {}
    hotkeys.release()
