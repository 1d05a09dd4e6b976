"""Chromium without a window: HTML -> picture and the places of its photos."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from engine.contract import Region

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_MEASURE = """<script>addEventListener('load', () => {
  const boxes = [...document.querySelectorAll('[data-photo]')].map(photo => {
    const box = photo.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
  });
  document.title = JSON.stringify(boxes);
});</script>"""

_TITLE = re.compile(r"<title>(\[.*?\])</title>", re.DOTALL)

_TIMEOUT_S = 60


class BrowserFailed(Exception):
    """Chromium gave no picture; the message ends with what it said."""


def find_browser() -> str | None:
    """The program, or ``None`` where it is not installed."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def render(html: str, size: tuple[int, int], *, scale: float = 1.0) -> tuple[Image.Image, tuple[Region, ...]]:
    """Draw a page.

    Args:
        html: elements with ``data-photo`` are photos; sources of pictures are absolute file names.
        size: width and height of the window in CSS pixels.
        scale: device pixels per CSS pixel.

    Returns:
        The picture, RGB, and its photos, those parts of them that are on the picture.

    Raises:
        BrowserFailed: no browser, or it gave no picture.
    """
    program = find_browser()
    if program is None:
        raise BrowserFailed("No Chromium was found. Install it with scripts/system_packages.sh test.")
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder, "page.html"), Path(folder, "page.png")
        page.write_text(f"<!doctype html><meta charset=utf-8>{html}{_MEASURE}", encoding="utf-8")
        done = subprocess.run(
            [
                program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom",
                f"--user-data-dir={folder}/profile", f"--screenshot={picture}",
                f"--window-size={size[0]},{size[1]}", f"--force-device-scale-factor={scale}", page.as_uri(),
            ],
            capture_output=True, text=True, check=False, timeout=_TIMEOUT_S,
        )  # fmt: skip
        title = _TITLE.search(done.stdout)
        if not picture.is_file() or title is None:
            raise BrowserFailed(f"{program} gave no picture: {done.stderr[-500:]}")
        image = Image.open(picture).convert("RGB")
    boxes = [_region(box, scale, image.size) for box in json.loads(title[1])]
    return image, tuple(box for box in boxes if box)


def _region(box: list[float], scale: float, size: tuple[int, int]) -> Region | None:
    left, top = (max(0, round(value * scale)) for value in box[:2])
    right, bottom = (min(side, round(value * scale)) for value, side in zip(box[2:], size, strict=True))
    if right - left < 1 or bottom - top < 1:
        return None
    return Region(left=left, top=top, width=right - left, height=bottom - top)
