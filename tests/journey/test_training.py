"""The training window in the real app, by keyboard and ear: from the main window to the findings."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.messages import Messages
from tests.journey.desktop import Desktop
from tests.journey.running_app import App

pytestmark = pytest.mark.slow

MESSAGES = Messages("vi")
PHOTOS = 24


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A person's own photos with a table of captions; two of the photos are not there."""
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0)
    rows = [(f"{number}.jpg", f"một con mèo thứ {number} đang nằm ngủ") for number in range(PHOTOS)]
    for name, _ in rows[2:]:
        Image.fromarray(noise.integers(0, 256, (64, 64, 3), np.uint8)).save(folder / name)
    with (folder / "captions.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("image", "caption"), *rows])
    return folder


def hear(desktop: Desktop, beginning: str) -> str:
    """The next thing that is said and begins like this."""
    while not (said := desktop.reader.hear()).startswith(beginning):
        pass
    return said


def test_from_the_main_window_to_the_findings(desktop: Desktop, app: App, data: Path) -> None:
    """GIVEN the main window, WHEN its letter for training is pressed and a path typed, THEN what was found
    and what was refused is heard, stands in the window, and the focus stays in the field of the path.
    """
    desktop.bring_up(MESSAGES.text("main.title"))
    desktop.press("alt+z")
    title = MESSAGES.text("training.title")
    desktop.run("xdotool", "search", "--sync", "--onlyvisible", "--name", f"^{title}")
    assert desktop.reader.wait_for("training.pages")["name"] == "Các trang"
    desktop.press("alt+d")
    desktop.run("xdotool", "type", "--delay", "10", str(data))
    desktop.press("Return")
    hear(desktop, MESSAGES.text("training.checking"))
    found = hear(desktop, f"Có {PHOTOS - 2} ảnh với {PHOTOS - 2} câu mô tả.")
    assert found.endswith(MESSAGES.text("training.usable"))
    assert desktop.reader.look("training.status")["text"] == found
    assert desktop.reader.look("training.folder")["focused"]
    assert desktop.reader.hears_nothing(0.5)
