"""Which reader of Windows and macOS is found, and how this system's readers are chosen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.speech.readers import finding
from assistant.speech.readers.finding import find_reader
from assistant.speech.readers.linux import LinuxReaders
from assistant.speech.readers.macos import MacReaders
from assistant.speech.readers.windows import WindowsReaders, system_hints
from tests.assistant.session_bus import session_bus
from tests.assistant.speech.readers import fake_prism
from tests.assistant.speech.readers.fake_prism import BackendId, Program
from tests.assistant.speech.readers.orca_room import fake_orca

ROOT = Path(__file__).resolve().parents[4]


@dataclass
class Hints:
    narrator: bool = False
    flag: bool = False

    def narrator_runs(self) -> bool:
        return self.narrator

    def reader_flag(self) -> bool:
        return self.flag


@pytest.fixture(autouse=True)
def _prism(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "prism", fake_prism)
    yield
    fake_prism.INSTALLED.clear()


@pytest.fixture
def voice_over() -> Program:
    program = fake_prism.INSTALLED[BackendId.VOICE_OVER] = Program(braille_channel=False)
    program.start()
    return program


@pytest.mark.parametrize(
    ("nvda", "hints", "expected"),
    [
        (False, Hints(), None),
        (True, Hints(), ("NVDA", True, True)),
        (True, Hints(narrator=True, flag=True), ("NVDA", True, True)),
        (False, Hints(narrator=True), ("Narrator", True, False)),
        (False, Hints(narrator=True, flag=True), ("Narrator", True, False)),
        (False, Hints(flag=True), ("screen reader", True, False)),
    ],
)
def test_windows(nvda: bool, hints: Hints, expected: tuple[str, bool, bool] | None) -> None:
    program = fake_prism.INSTALLED[BackendId.NVDA] = Program()
    if nvda:
        program.start()
    reader = WindowsReaders(hints).find()
    found = reader and (reader.name, reader.hears_announcements, reader.has_channel)
    assert found == expected


@pytest.mark.skipif(sys.platform == "win32", reason="this is Windows")
def test_the_hints_of_windows_are_there_only() -> None:
    with pytest.raises(OSError, match="another system"):
        system_hints()


def answer_defaults(monkeypatch: pytest.MonkeyPatch, folder: Path, line: str) -> None:
    """A stand-in for the program that reads macOS's settings."""
    program = folder / "defaults"
    program.write_text(
        f'#!/bin/sh\n[ "$*" = "read com.apple.VoiceOver4/default SCREnableAppleScript" ] && {line}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin")


def test_voice_over_is_off(voice_over: Program) -> None:
    voice_over.end()
    assert MacReaders().find() is None


def test_voice_over_with_scripts(
    voice_over: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_defaults(monkeypatch, tmp_path, "echo 1")
    reader = MacReaders().find()
    assert reader
    assert reader.has_channel
    assert reader.present("Một con mèo.", urgent=True)
    assert voice_over.said == ["Một con mèo."]


@pytest.mark.parametrize("line", ["echo 0", "exit 1", "exec sleep 60"])
def test_voice_over_without_scripts(
    voice_over: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """What Prism would do then reaches the person in front of this program only."""
    answer_defaults(monkeypatch, tmp_path, line)
    monkeypatch.setattr("assistant.speech.readers.macos._TIME_LIMIT_S", 0.3)
    reader = MacReaders().find()
    assert reader
    assert (reader.name, reader.hears_announcements, reader.has_channel) == ("VoiceOver", True, False)
    assert not reader.present("Một con mèo.", urgent=True)
    assert voice_over.said == []


def test_the_settings_are_read_once(
    voice_over: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_defaults(monkeypatch, tmp_path, "echo 1")
    readers = MacReaders()
    readers.find()
    (tmp_path / "defaults").unlink()
    reader = readers.find()
    assert reader
    assert reader.has_channel


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Orca is the reader of Linux")
def test_the_readers_of_this_system(tmp_path: Path) -> None:
    with session_bus(tmp_path), fake_orca(51):
        reader = find_reader()
        assert reader
        assert reader.name == "Orca 51.1"
        readers = finding._readers()
        assert isinstance(readers, LinuxReaders)
        readers.close()


def test_nothing_is_loaded_before_it_is_needed() -> None:
    code = "import sys, assistant.speech.readers.finding; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"prism", "jeepney"} & set(done.stdout.split())
