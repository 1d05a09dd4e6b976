"""Orca as a program that runs: on folders like the kernel's, and on the kernel's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.speech.readers.orca_process import orca_process, orca_without_service

PYTHON = "/usr/bin/python3.11"


@pytest.fixture(autouse=True)
def _forget_versions() -> Iterator[None]:
    orca_without_service.cache_clear()
    yield
    orca_without_service.cache_clear()


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """What else stands in /proc."""
    folder = tmp_path / "proc"
    (folder / "sys").mkdir(parents=True)
    (folder / "uptime").write_text("1 1\n")
    add_process(folder, 1, "systemd", "/usr/lib/systemd/systemd")
    add_process(folder, 77, "python3", PYTHON)
    return folder


def add_process(proc: Path, number: int, name: str, program: str) -> None:
    folder = proc / str(number)
    folder.mkdir()
    (folder / "comm").write_text(name + "\n")
    (folder / "exe").symlink_to(program)


def install_orca(folder: Path, monkeypatch: pytest.MonkeyPatch, printed: str) -> Path:
    """A program that prints a version; each of its runs leaves a letter in the file that is given."""
    runs = folder / "runs"
    program = folder / "orca"
    program.write_text(f"#!/bin/sh\nprintf x >> '{runs}'\necho '{printed}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return runs


def test_no_orca(proc: Path) -> None:
    assert orca_process(proc) is None


def test_an_orca(proc: Path) -> None:
    add_process(proc, 4242, "orca", PYTHON)
    assert orca_process(proc) == 4242


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("orca-slicer", PYTHON),  # for printers
        ("orca", "/opt/orca/orca"),  # for chemists
        ("orca", "/usr/bin/cat"),
    ],
)
def test_other_programs_of_the_name(proc: Path, name: str, program: str) -> None:
    add_process(proc, 4242, name, program)
    assert orca_process(proc) is None


def test_an_orca_that_has_just_ended(proc: Path) -> None:
    """GIVEN a process whose parent has not asked for its end: it has a name and no program."""
    add_process(proc, 4242, "orca", PYTHON)
    (proc / "4242" / "exe").unlink()
    assert orca_process(proc) is None


def test_the_orca_of_another_user(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_process(proc, 4242, "orca", PYTHON)
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    assert orca_process(proc) is None


def test_a_process_of_this_computer(tmp_path: Path) -> None:
    """GIVEN a Python script of this name, THEN the kernel shows it as Orca is shown."""
    script = tmp_path / "orca"
    script.write_text(f"#!{Path(sys.executable).resolve()}\nprint('ready', flush=True)\ninput()\n")
    script.chmod(0o755)
    with subprocess.Popen([script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        assert orca_process() == process.pid
        process.kill()
    assert orca_process() != process.pid


@pytest.mark.parametrize(
    ("printed", "name", "hears"),
    [
        ("43.1", "Orca 43.1", False),
        ("45.1", "Orca 45.1", False),
        ("45.2", "Orca 45.2", True),
        ("45.alpha", "Orca 45.alpha", False),
        ("46", "Orca 46", True),
        ("47.0", "Orca 47.0", True),
        ("Orca version 51.rc (rev 672b8f4), AT-SPI2 version: 2.58.0, Session: x11", "Orca 51.rc", True),
    ],
)
def test_what_a_version_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str, name: str, hears: bool
) -> None:
    install_orca(tmp_path, monkeypatch, printed)
    reader = orca_without_service(4242)
    assert reader.name == name
    assert reader.hears_announcements is hears
    assert not reader.has_channel
    assert not reader.present("Một con mèo.", urgent=True)


def test_the_version_is_asked_once_for_each_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = install_orca(tmp_path, monkeypatch, "43.1")
    for _ in range(3):
        orca_without_service(1)
    assert runs.read_text() == "x"
    orca_without_service(2)
    assert runs.read_text() == "xx"


def test_an_orca_that_does_not_tell_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not trusted with an announcement: the own voice speaks."""
    install_orca(tmp_path, monkeypatch, "no such option")
    reader = orca_without_service(1)
    assert (reader.name, reader.hears_announcements) == ("Orca", False)


def test_an_orca_whose_program_is_not_to_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reader = orca_without_service(1)
    assert (reader.name, reader.hears_announcements) == ("Orca", False)


def test_an_orca_that_hangs_when_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_orca(tmp_path, monkeypatch, "43.1")
    (tmp_path / "orca").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr("assistant.speech.readers.orca_process._TIME_LIMIT_S", 0.1)
    assert not orca_without_service(1).hears_announcements
