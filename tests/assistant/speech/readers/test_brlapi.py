"""A braille display without a screen reader: what is shown, for how long, and what when BRLTTY fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from assistant.speech.readers.brlapi import BrlApiDisplay
from assistant.speech.readers.brlapi_library import BrlApiError

pytestmark = pytest.mark.slow

CAPTION = "Một con mèo nằm trên ghế sô pha"
RIGHT, LEFT, TOP = 0x2000_0018, 0x2000_0017, 0x2000_0009


class Brltty:
    """What a real one does, see ``test_brltty.py``: a display of 16 cells that one program can hold."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.keys: list[int] = []
        self.connections = 0
        self.held = False
        self.fault = ""
        self.answers = threading.Event()
        self.answers.set()

    def connect(self) -> Brltty:
        self.answers.wait()
        self._may_fail("connect")
        self.connections += 1
        return self

    def take_display(self) -> int:
        self._may_fail("take")
        self.held = True
        return 16

    def write(self, text: str) -> None:
        self._may_fail("write")
        self.shown.append(text)

    def read_key(self, time_limit_ms: int) -> int | None:
        self._may_fail("read")
        if self.keys:
            return self.keys.pop(0)
        time.sleep(min(time_limit_ms, 5) / 1000)
        return None

    def close(self) -> None:
        self.held = False

    def _may_fail(self, where: str) -> None:
        if self.fault == where:
            raise BrlApiError(f"fails at {where}")


@pytest.fixture
def brltty() -> Brltty:
    return Brltty()


@pytest.fixture
def display(brltty: Brltty) -> Iterator[BrlApiDisplay]:
    made = BrlApiDisplay(brltty.connect, hold_s=5, time_limit_s=2)
    yield made
    made.close()


def wait_until(true: Callable[[], bool], limit_s: float = 5) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_text(display: BrlApiDisplay, brltty: Brltty) -> None:
    assert display.show("Một con mèo")
    assert brltty.shown == ["Một con mèo"]
    assert brltty.held


def test_nothing_is_connected_before_the_first_text(brltty: Brltty) -> None:
    before = threading.active_count()
    BrlApiDisplay(brltty.connect)
    assert (brltty.connections, threading.active_count()) == (0, before)


def test_the_display_is_given_back(brltty: Brltty) -> None:
    display = BrlApiDisplay(brltty.connect, hold_s=0.2)
    start = time.monotonic()
    assert display.show("Một con mèo")
    wait_until(lambda: not brltty.held)
    assert time.monotonic() - start >= 0.2
    display.close()


def test_the_next_text_replaces_the_one_that_is_shown(display: BrlApiDisplay, brltty: Brltty) -> None:
    assert display.show("Một")
    assert display.show("Hai")
    assert brltty.shown == ["Một", "Hai"]
    assert brltty.held


def test_the_pages_of_a_long_text(display: BrlApiDisplay, brltty: Brltty) -> None:
    assert display.show(CAPTION)
    for key, page in ((RIGHT, "trên ghế sô pha"), (LEFT, "Một con mèo nằm")):
        brltty.keys.append(key)
        wait_until(lambda page=page: brltty.shown[-1] == page)
    assert brltty.shown == ["Một con mèo nằm", "trên ghế sô pha", "Một con mèo nằm"]
    assert brltty.held


def test_turning_a_page_starts_the_time_anew(brltty: Brltty) -> None:
    display = BrlApiDisplay(brltty.connect, hold_s=0.6)
    assert display.show(CAPTION)
    time.sleep(0.4)
    brltty.keys.append(RIGHT)
    time.sleep(0.4)
    assert brltty.held
    wait_until(lambda: not brltty.held)
    display.close()


@pytest.mark.parametrize("keys", [[LEFT], [RIGHT, RIGHT], [TOP]])
def test_a_key_that_leads_elsewhere_gives_the_display_back(
    display: BrlApiDisplay, brltty: Brltty, keys: list[int]
) -> None:
    """GIVEN a text of two pages."""
    assert display.show(CAPTION)
    brltty.keys += keys
    wait_until(lambda: not brltty.held, limit_s=1)


@pytest.mark.parametrize("fault", ["connect", "take", "write"])
def test_no_display(display: BrlApiDisplay, brltty: Brltty, fault: str) -> None:
    brltty.fault = fault
    assert not display.show(CAPTION)
    assert not brltty.held
    brltty.fault = ""
    assert display.show(CAPTION)


def test_brltty_ends_while_a_text_is_shown(display: BrlApiDisplay, brltty: Brltty) -> None:
    assert display.show(CAPTION)
    brltty.fault = "read"
    wait_until(lambda: not brltty.held)
    brltty.fault = ""
    assert display.show("Hai")
    assert brltty.connections == 2


def test_brltty_does_not_answer(brltty: Brltty) -> None:
    """What nobody waited for is not shown later, when it is no longer true."""
    display = BrlApiDisplay(brltty.connect, time_limit_s=0.1)
    brltty.answers.clear()
    for text in ("Một", "Hai", "Ba"):
        start = time.monotonic()
        assert not display.show(text)
        assert time.monotonic() - start < 1
    brltty.answers.set()
    wait_until(lambda: brltty.connections > 0)
    assert display.show("Bốn")
    assert not {"Hai", "Ba"} & set(brltty.shown)
    display.close()


def test_close_gives_the_display_back(display: BrlApiDisplay, brltty: Brltty) -> None:
    assert display.show("Một")
    display.close()
    assert not brltty.held
