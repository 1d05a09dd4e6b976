"""Which reader of Linux is found, in which order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.speech.readers.linux import LinuxReaders
from assistant.speech.readers.orca_process import orca_without_service
from tests.assistant.session_bus import session_bus
from tests.assistant.speech.readers.orca_room import fake_orca, fake_status
from tests.assistant.speech.readers.test_orca_process import add_process, install_orca


@pytest.fixture(autouse=True)
def bus(tmp_path: Path) -> Iterator[None]:
    with session_bus(tmp_path):
        yield


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    folder = tmp_path / "proc"
    folder.mkdir()
    return folder


@pytest.fixture
def readers(proc: Path) -> Iterator[LinuxReaders]:
    found = LinuxReaders(proc)
    yield found
    found.close()


@pytest.fixture
def old_orca(tmp_path: Path, proc: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    orca_without_service.cache_clear()
    install_orca(tmp_path, monkeypatch, "43.1")
    add_process(proc, 4242, "orca", "/usr/bin/python3.11")
    yield
    orca_without_service.cache_clear()


def test_nobody(readers: LinuxReaders) -> None:
    assert readers.find() is None


@pytest.mark.parametrize("version", [49, 51])
def test_orca_with_its_service(readers: LinuxReaders, version: int) -> None:
    with fake_orca(version):
        reader = readers.find()
        assert reader
        assert reader.name == f"Orca {version}.1"
        assert reader.has_channel
    assert readers.find() is None


def test_the_service_goes_before_the_process(readers: LinuxReaders, old_orca: None) -> None:
    with fake_orca(50):
        reader = readers.find()
        assert reader
        assert reader.name == "Orca 50.1"


def test_the_process_goes_before_what_the_desktop_says(readers: LinuxReaders, old_orca: None) -> None:
    """GIVEN Orca 43, which sets the desktop's switch, THEN it is not taken for a reader of announcements."""
    with fake_status(enabled=True):
        reader = readers.find()
    assert reader
    assert (reader.name, reader.hears_announcements, reader.has_channel) == ("Orca 43.1", False, False)


@pytest.mark.parametrize("enabled", [False, True])
def test_another_reader(readers: LinuxReaders, enabled: bool) -> None:
    with fake_status(enabled=enabled):
        reader = readers.find()
    if not enabled:
        assert reader is None
        return
    assert reader
    assert (reader.name, reader.hears_announcements, reader.has_channel) == ("screen reader", True, False)


def test_without_a_bus(readers: LinuxReaders, old_orca: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    reader = readers.find()
    assert reader
    assert reader.name == "Orca 43.1"


def test_looking_again_is_cheap(old_orca: None) -> None:
    """On the real processes of this computer and a real bus; measured at about 2 ms with 100 processes."""
    readers = LinuxReaders()
    with fake_status(enabled=False):
        readers.find()
        start = time.process_time()
        for _ in range(10):
            readers.find()
        spent_ms = (time.process_time() - start) * 100
    readers.close()
    assert spent_ms < 20 + 0.2 * len(list(Path("/proc").iterdir()))
