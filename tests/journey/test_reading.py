"""The screen hotkey says what kind of thing it sees; the reading hotkey reads. On a real X server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from assistant.reading.reader import ReadingError
from assistant.reading.tesseract import Tesseract
from tests.journey.desktop import ROOT, Desktop
from tests.journey.running_app import MESSAGES, App, hear_description

pytestmark = pytest.mark.slow

SCREEN, READ = "ctrl+alt+shift+m", "ctrl+alt+shift+f"
TITLE = "thư gửi bà Lan"
LETTER = (
    "Kính gửi bà Lan, chuyến tàu chở hàng sẽ đến ga lúc chín giờ sáng thứ hai tuần sau. "
    "Xin bà cho người ra nhận và ký vào sổ giao hàng. "
    "Nếu trời mưa to, hàng được giữ trong kho đến hôm sau. "
    "Mọi chi phí bốc dỡ do bên gửi chịu. "
    "Trân trọng cảm ơn bà và chúc bà nhiều sức khoẻ."
)
PARAGRAPHS = "\n\n".join([LETTER] * 4)


@pytest.fixture
def letter(desktop: Desktop, app: App) -> Iterator[subprocess.Popen[str]]:
    """Another program with the focus shows a letter."""
    try:
        Tesseract().check()
    except ReadingError as exc:
        pytest.skip(f"needs tesseract with Vietnamese: {exc}")
    shower = desktop.show_text(TITLE, PARAGRAPHS)
    desktop.reader.forget()
    yield shower
    desktop.end(shower)


def test_the_screen_hotkey_over_an_editor_reads_the_beginning(
    desktop: Desktop, app: App, letter: subprocess.Popen[str]
) -> None:
    desktop.press(SCREEN)
    said = hear_description(desktop)
    assert said.startswith(f"{TITLE}. {MESSAGES.text('reading.kind-text')} Kính gửi bà Lan, chuyến tàu")
    assert said.endswith(MESSAGES.text("reading.more", chord="Ctrl+Alt+Shift+F"))
    assert app.result().count("chúc bà nhiều sức khoẻ") == 4


def test_the_reading_hotkey_reads_all_of_it(
    desktop: Desktop, app: App, letter: subprocess.Popen[str]
) -> None:
    before = desktop.run("xdotool", "getactivewindow")
    desktop.press(READ)
    said = hear_description(desktop)
    assert said.startswith(f"{TITLE}. Kính gửi bà Lan")
    assert said.count("chúc bà nhiều sức khoẻ") == 4
    assert app.result() == said
    assert desktop.run("xdotool", "getactivewindow") == before


def test_the_screen_hotkey_over_a_photo_describes_it(desktop: Desktop, app: App) -> None:
    photo = desktop.show_photo(ROOT / "resources" / "samples" / "astronaut.jpg", TITLE, 0, 0, 1280, 800)
    desktop.reader.forget()
    desktop.press(SCREEN)
    said = hear_description(desktop)
    desktop.end(photo)
    assert said.startswith(f"{TITLE}. ")
    assert MESSAGES.text("certainty.unrecognised-said") not in said
    assert MESSAGES.text("reading.kind-text") not in said
    assert len(said.removeprefix(f"{TITLE}. ").split()) >= 4


def test_the_screen_hotkey_over_a_black_screen_says_so(desktop: Desktop, app: App) -> None:
    black = desktop.show_text("Màn che")
    desktop.reader.forget()
    desktop.press(SCREEN)
    said = hear_description(desktop)
    desktop.end(black)
    assert said == MESSAGES.text("verdict.black")
