"""The real Orca on a desktop without a screen: what it reads, by its own log of what it says.

Debian 12 has Orca 43. What later versions do is tested where they are installed, and skipped elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, Properties

from assistant.dbus import SessionBus
from assistant.speech.readers.linux import LinuxReaders
from tests.assistant.speech.readers.brltty_room import VirtualDisplay, brltty
from tests.assistant.speech.readers.reading_desktop import TITLE, ReadingDesktop, ResultWindow, lacking

pytestmark = pytest.mark.slow

CAPTION = "Một con mèo nằm trên ghế sô pha."
ANNOUNCEMENT = "Hai con chó chạy trên cỏ."
STATUS = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualDisplay]:
    with brltty(tmp_path_factory.mktemp("brltty"), cells=40) as shown:
        yield shown


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory, display: VirtualDisplay) -> Iterator[ReadingDesktop]:
    if reason := lacking():
        pytest.skip(reason)
    with ReadingDesktop(tmp_path_factory.mktemp("orca")) as session:
        yield session


@pytest.fixture(scope="module")
def window(desktop: ReadingDesktop) -> ResultWindow:
    shown = ResultWindow(desktop)
    desktop.bring_up(TITLE)
    desktop.wait_for(lambda: any("Nút" in sentence for sentence in desktop.said), "the button")
    return shown


@pytest.fixture(scope="module")
def version(desktop: ReadingDesktop) -> tuple[int, ...]:
    numbers = desktop.run("orca", "--version").removeprefix("Orca version ").split()[0].split(".")
    return tuple(int(number) for number in numbers if number.isdecimal())


@pytest.fixture
def session(desktop: ReadingDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process, in the desktop's session."""
    address = desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)


def test_it_is_found(desktop: ReadingDesktop, version: tuple[int, ...], session: None) -> None:
    readers = LinuxReaders()
    reader = readers.find()
    assert reader
    assert reader.name == "Orca " + ".".join(map(str, version))
    assert reader.hears_announcements is (version >= (45, 2))
    assert reader.has_channel is (version >= (49,))
    readers.close()


def test_the_caption_is_read_in_the_box(
    desktop: ReadingDesktop, window: ResultWindow, display: VirtualDisplay
) -> None:
    """GIVEN a caption in the box for results, WHEN the person goes there, THEN Orca says the box's name and
    the caption, and the caption stands on the braille display.
    """
    window.show(CAPTION)
    said = desktop.says(CAPTION, lambda: desktop.press("Tab"))
    assert any(sentence.startswith("Kết quả") for sentence in said)
    display.wait_for(CAPTION, among_others=True)
    desktop.says("Nút", lambda: desktop.press("shift+Tab"))


def test_the_caption_is_read_word_by_word(desktop: ReadingDesktop, window: ResultWindow) -> None:
    window.show(CAPTION)
    desktop.says(CAPTION, lambda: desktop.press("Tab"))
    desktop.says("con", lambda: desktop.press("ctrl+Right"))
    desktop.says("Nút", lambda: desktop.press("shift+Tab"))


def test_orca_before_45_2_says_nothing_when_something_is_announced(
    desktop: ReadingDesktop, window: ResultWindow, version: tuple[int, ...]
) -> None:
    """So the program's own voice speaks beside it. The event itself arrives: another reader hears it."""
    if version >= (45, 2):
        pytest.skip(f"Orca {version} hears announcements")
    desktop.reader.forget()
    before = len(desktop.said)
    window.announce(ANNOUNCEMENT)
    assert desktop.reader.hear() == ANNOUNCEMENT
    # Orca is done with it when it says what happened later.
    desktop.says("Kết quả", lambda: desktop.press("Tab"))
    assert not [sentence for sentence in desktop.said[before:] if ANNOUNCEMENT in sentence]
    desktop.says("Nút", lambda: desktop.press("shift+Tab"))


def test_orca_since_45_2_says_what_is_announced(
    desktop: ReadingDesktop, window: ResultWindow, version: tuple[int, ...]
) -> None:
    if version < (45, 2):
        pytest.skip(f"Orca {version} does not know announcements; the first that does is 45.2")
    desktop.says(ANNOUNCEMENT, lambda: window.announce(ANNOUNCEMENT))


def test_orca_since_49_says_what_it_is_given(
    desktop: ReadingDesktop, version: tuple[int, ...], session: None
) -> None:
    if version < (49,):
        pytest.skip(f"Orca {version} has no channel; the first that has is 49")
    readers = LinuxReaders()
    reader = readers.find()
    assert reader
    desktop.says(CAPTION, lambda: reader.present(CAPTION, urgent=True))
    readers.close()


def test_what_the_desktop_says_of_other_readers(
    desktop: ReadingDesktop, session: None, tmp_path: Path
) -> None:
    """The real launcher of the accessibility bus, as if no Orca ran."""
    readers = LinuxReaders(proc=tmp_path)
    with SessionBus() as bus:
        for enabled in (False, True):
            bus.call(STATUS.set("ScreenReaderEnabled", "b", enabled))
            assert (readers.find() is not None) is enabled
        bus.call(STATUS.set("ScreenReaderEnabled", "b", False))
    readers.close()


def test_it_is_gone(desktop: ReadingDesktop, session: None) -> None:
    """Last: it ends Orca."""
    readers = LinuxReaders()
    desktop.end(desktop.orca)
    assert readers.find() is None
    readers.close()
