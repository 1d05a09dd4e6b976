"""The whole app beside the real Orca, with the model that ships: a hotkey's caption is read in the window."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.messages import Messages
from tests.assistant.speech.readers.reading_desktop import ReadingDesktop, lacking

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[4]
PHOTO = ROOT / "resources" / "samples" / "cat.jpg"
MESSAGES = Messages("vi")
SCREEN = "ctrl+alt+shift+m"


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[ReadingDesktop]:
    if reason := lacking():
        pytest.skip(reason)
    with ReadingDesktop(tmp_path) as session:
        settings = tmp_path / "config" / "viclipcap" / "settings.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps({"first_run_done": True, "sounds": False}))
        yield session


def caption(desktop: ReadingDesktop) -> str:
    """What stands in the window, as soon as it is a description."""
    end = time.monotonic() + 60
    while (text := desktop.reader.look("result")["text"]) == MESSAGES.text("main.nothing-yet"):
        assert time.monotonic() < end, "no caption"
        time.sleep(0.3)
    return str(text)


def test_a_caption_is_read_in_the_window(desktop: ReadingDesktop) -> None:
    code = "from assistant.cli import main; raise SystemExit(main([]))"
    desktop.start(sys.executable, "-c", code)
    desktop.reader.wait_for("result")
    desktop.show_photo(PHOTO, "Ảnh con mèo", 0, 0, 1280, 800)
    desktop.press(SCREEN)
    sentence = caption(desktop)
    assert len(sentence.split()) >= 3

    def go_to_the_result() -> None:
        desktop.bring_up(MESSAGES.text("main.title"))
        for _ in range(40):
            if desktop.reader.look("result")["focused"]:
                return
            desktop.press("Tab")
            time.sleep(0.3)

    assert any("Kết quả" in said for said in desktop.says(sentence, go_to_the_result))
