"""External voices, driven through small programs that behave well or badly."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from assistant.speech import voices
from assistant.speech.voices import Voice, find_voice


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_text_reaches_the_program_whole(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    speaker = program(tmp_path, "speaker", f'printf %s "$2" > {heard}')
    text = '-v "một con chó" $HOME; đen'
    assert Voice("test", (str(speaker), "--")).say(text)
    assert heard.read_text() == text


def test_failure_and_silence_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Voice("test", (str(program(tmp_path, "fails", "exit 1")),)).say("a")
    assert not Voice("test", (str(tmp_path / "absent"),)).say("a")
    monkeypatch.setattr(voices, "TIME_LIMIT_S", 0.2)
    assert not Voice("test", (str(program(tmp_path, "hangs", "sleep 5")),)).say("a")


def test_first_installed_program_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_voice() is None
    program(tmp_path, "espeak-ng", "exit 0")
    found = find_voice()
    assert found is not None
    assert found.name == "espeak-ng"
    program(tmp_path, "spd-say", "exit 0")
    found = find_voice()
    assert found is not None
    assert found.name == "spd-say"
