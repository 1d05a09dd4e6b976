"""Captions on the display of a real BRLTTY."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.speech.readers import brlapi_library
from assistant.speech.readers.brlapi import BrlApiDisplay
from assistant.speech.readers.brlapi_library import BrlApi, BrlApiError
from tests.assistant.speech.readers.brltty_room import VirtualDisplay, brltty

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[4]

BRLTTYS_OWN = "no screen"
"""What BRLTTY shows when nobody holds the display."""


@pytest.fixture(autouse=True)
def _library() -> None:
    try:
        ctypes.CDLL(brlapi_library._LIBRARY)
    except OSError:
        pytest.skip("needs libbrlapi: sudo apt-get install libbrlapi0.8")


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[VirtualDisplay]:
    with brltty(tmp_path) as display:
        yield display


@pytest.fixture
def display() -> Iterator[BrlApiDisplay]:
    made = BrlApiDisplay(time_limit_s=5)
    yield made
    made.close()


def test_a_caption_and_its_pages(shown: VirtualDisplay, display: BrlApiDisplay) -> None:
    assert display.show("Một con mèo nằm trên ghế sô pha")
    shown.wait_for("Một con mèo nằm")
    shown.press("FwinRt")
    shown.wait_for("trên ghế sô pha")
    shown.press("FwinLt")
    shown.wait_for("Một con mèo nằm")
    shown.press("LnDn")
    shown.wait_for("trên ghế sô pha")
    shown.press("LnUp")
    shown.wait_for("Một con mèo nằm")
    shown.press("Home")
    time.sleep(0.5)
    shown.press("Home")  # without a screen, BRLTTY looks at its own display only when something happens
    shown.wait_for(BRLTTYS_OWN)


@pytest.mark.slow
def test_the_display_is_given_back(shown: VirtualDisplay) -> None:
    """THEN a key is BRLTTY's own again, and does not turn the page."""
    display = BrlApiDisplay(hold_s=0.3, time_limit_s=5)
    assert display.show("Một con mèo nằm trên ghế sô pha")
    shown.wait_for("Một con mèo nằm")
    time.sleep(1)
    shown.press("FwinRt")
    shown.wait_for(BRLTTYS_OWN)
    assert "trên ghế sô pha" not in shown.pages
    assert display.show("Hai con mèo")
    shown.wait_for("Hai con mèo")
    display.close()


def test_no_brltty(display: BrlApiDisplay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRLAPI_HOST", "127.0.0.1:9999")
    start = time.monotonic()
    assert not display.show("Một con mèo")
    assert time.monotonic() - start < 1
    with pytest.raises(BrlApiError, match="refused"):
        BrlApi()


def test_no_display_yet(tmp_path: Path, display: BrlApiDisplay) -> None:
    with brltty(tmp_path, cells=0):
        assert not display.show("Một con mèo")


@pytest.mark.slow
def test_brltty_ends_and_comes_back(tmp_path: Path, display: BrlApiDisplay) -> None:
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        with brltty(folder) as shown:
            assert display.show("Một con mèo")
            shown.wait_for("Một con mèo")
        time.sleep(0.2)
        assert not display.show("Hai con mèo")


def test_a_refusal_does_not_end_the_program(shown: VirtualDisplay) -> None:
    """GIVEN an order that BRLTTY refuses, THEN it is an error and no more: the library's own handler
    would abort the process.
    """
    code = """
from assistant.speech.readers.brlapi_library import BrlApi, BrlApiError
api = BrlApi()
api.write("the display was not taken")
try:
    api.take_display()
except BrlApiError as exc:
    print("refused:", exc)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused: ")
