"""The promises of the app, kept on a real X server and read back through AT-SPI, as a screen reader does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.messages import Messages
from tests.journey.desktop import EVENT, ROOT, SERVICE, Desktop
from tests.journey.running_app import App, hear_description

pytestmark = pytest.mark.slow

SAMPLES = ROOT / "resources" / "samples"
MESSAGES = Messages("vi")

SCREEN, WINDOW, REGION, CLIPBOARD, REPEAT = (f"ctrl+alt+shift+{key}" for key in ("m", "k", "v", "b", "space"))


@pytest.fixture
def photo(desktop: Desktop, app: App) -> Iterator[subprocess.Popen[str]]:
    """Another program with the focus shows a photo over the whole screen."""
    shower = desktop.show_photo(SAMPLES / "astronaut.jpg", "Ảnh phi hành gia", 0, 0, 1280, 800)
    desktop.reader.forget()
    yield shower
    desktop.end(shower)


def described(file: str) -> str:
    """What the command line says of a sample photo."""
    code = "from assistant.cli import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "describe", str(SAMPLES / file)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout.strip()


def test_hotkey_over_a_photo_is_announced_and_readable(
    desktop: Desktop, app: App, photo: subprocess.Popen[str]
) -> None:
    """GIVEN a photo in another program, WHEN the hotkey is pressed, THEN the caption is announced once and
    stands in the app's text box, and the other program keeps the focus.
    """
    before = desktop.run("xdotool", "getactivewindow")
    desktop.press(SCREEN)
    said = hear_description(desktop)
    assert said.startswith("Ảnh phi hành gia. ")
    assert MESSAGES.text("certainty.unrecognised-said") not in said
    assert desktop.reader.way == SERVICE  # readers pass over the events of programs in the background
    assert app.result() == said
    assert desktop.run("xdotool", "getactivewindow") == before
    assert desktop.reader.hears_nothing(0.5)


def test_repeat(desktop: Desktop, app: App) -> None:
    before = app.result()
    desktop.press(REPEAT)
    assert desktop.reader.hear() == before


def test_active_window(desktop: Desktop, app: App, photo: subprocess.Popen[str]) -> None:
    desktop.press(WINDOW)
    said = hear_description(desktop)
    assert app.result() == said
    assert app.status() == f"{MESSAGES.text('origin.window')}: Ảnh phi hành gia"


def test_the_active_window_from_the_main_window_is_the_one_behind_it(
    desktop: Desktop, app: App, photo: subprocess.Popen[str]
) -> None:
    """GIVEN the main window in front of a photo, WHEN its letter for the active window is pressed, THEN the
    photo's window is described, and the main window has the focus again.
    """
    desktop.bring_up(MESSAGES.text("main.title"))
    main = desktop.run("xdotool", "getactivewindow")
    desktop.reader.forget()
    desktop.press("alt+c")
    assert app_says(desktop, app)
    assert app.status() == f"{MESSAGES.text('origin.window')}: Ảnh phi hành gia"
    assert desktop.run("xdotool", "getactivewindow") == main


def test_region_by_keyboard(desktop: Desktop, app: App, photo: subprocess.Popen[str]) -> None:
    desktop.press(REGION)
    desktop.run(
        "xdotool", "search", "--sync", "--onlyvisible", "--name", MESSAGES.text("region-window.title")
    )
    time.sleep(0.5)
    desktop.reader.forget()
    desktop.press("5")
    place = desktop.reader.hear()
    assert place
    desktop.press("Return")
    said = hear_description(desktop)
    assert app.result() == said
    assert app.status().startswith(MESSAGES.text("origin.region"))


def test_clipboard_picture(desktop: Desktop, app: App) -> None:
    copy_to_clipboard(desktop, "image/png", png_of(desktop, "coffee.jpg"))
    desktop.press(CLIPBOARD)
    assert app_says(desktop, app) == described("coffee.jpg")
    assert app.status() == MESSAGES.text("origin.clipboard")


def test_pasting_into_the_main_window(desktop: Desktop, app: App) -> None:
    """GIVEN a copied picture, WHEN it is pasted into the window in front, THEN the window announces it."""
    copy_to_clipboard(desktop, "image/png", png_of(desktop, "astronaut.jpg"))
    desktop.bring_up(MESSAGES.text("main.title"))
    desktop.reader.forget()
    desktop.press("ctrl+v")
    assert app_says(desktop, app) == described("astronaut.jpg")
    assert desktop.reader.way == EVENT
    assert app.status() == MESSAGES.text("origin.clipboard")


def test_clipboard_file(desktop: Desktop, app: App) -> None:
    copy_to_clipboard(desktop, "text/uri-list", (SAMPLES / "rocket.jpg").as_uri())
    desktop.press(CLIPBOARD)
    assert app_says(desktop, app) == described("rocket.jpg")
    assert app.status() == f"{MESSAGES.text('origin.file')}: rocket.jpg"


def test_file_dialog_by_keyboard(desktop: Desktop, app: App) -> None:
    desktop.bring_up(MESSAGES.text("main.title"))
    desktop.reader.forget()
    desktop.press("ctrl+o")
    desktop.run("xdotool", "search", "--sync", "--onlyvisible", "--name", MESSAGES.text("main.choose-file"))
    time.sleep(0.5)
    desktop.run("xdotool", "type", "--delay", "5", str(SAMPLES / "astronaut.jpg"))
    desktop.press("Return")
    assert app_says(desktop, app) == described("astronaut.jpg")


def test_a_second_start_hands_its_wish_over(desktop: Desktop, app: App, photo: subprocess.Popen[str]) -> None:
    code = "from assistant.cli import main; raise SystemExit(main(['describe', '--window']))"
    desktop.run(sys.executable, "-c", code)
    assert app_says(desktop, app)
    assert app.status() == f"{MESSAGES.text('origin.window')}: Ảnh phi hành gia"


def test_the_engine_is_killed_in_the_middle_of_a_request(
    desktop: Desktop, app: App, photo: subprocess.Popen[str]
) -> None:
    """GIVEN kill -9 during a request, THEN one sentence is heard and the next request works."""
    engine = app.engine_id
    os.kill(engine, signal.SIGSTOP)
    desktop.press(SCREEN)
    time.sleep(0.5)
    os.kill(engine, signal.SIGKILL)
    assert desktop.reader.hear() == MESSAGES.text("error.engine-died")
    assert desktop.reader.hears_nothing(0.5)
    desktop.press(SCREEN)
    assert app_says(desktop, app)
    assert app.engine_id != engine


def test_fifty_presses_in_five_seconds(desktop: Desktop, app: App, photo: subprocess.Popen[str]) -> None:
    """GIVEN a hammered hotkey, THEN one or two captions are computed and the last press is answered."""
    desktop.run("xdotool", "key", "--clearmodifiers", "--repeat", "50", "--repeat-delay", "95", SCREEN)
    time.sleep(2)
    said = desktop.reader.forget()
    assert 1 <= len(said) <= 2
    assert app.result() == said[-1]
    assert app.process.poll() is None


def test_quit_ends_everything(desktop: Desktop, app: App) -> None:
    engine = app.engine_id
    desktop.bring_up(MESSAGES.text("main.title"))
    desktop.press("ctrl+q")
    assert app.process.wait(10) == 0
    time.sleep(0.2)
    assert not Path(f"/proc/{engine}").exists()


def app_says(desktop: Desktop, app: App) -> str:
    """The next description, which is also what the window shows."""
    said = hear_description(desktop)
    assert app.result() == said
    return said


def png_of(desktop: Desktop, file: str) -> Path:
    from PIL import Image

    path = desktop.folder / f"{file}.png"
    Image.open(SAMPLES / file).save(path)
    return path


def copy_to_clipboard(desktop: Desktop, kind: str, content: Path | str) -> None:
    """Another program copies something; it serves the clipboard until something else is copied."""
    if isinstance(content, str):
        path = desktop.folder / "clip.txt"
        path.write_text(content)
    else:
        path = content
    desktop.start("xclip", "-quiet", "-selection", "clipboard", "-t", kind, "-i", str(path))
    time.sleep(0.3)
