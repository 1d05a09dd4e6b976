"""Where programs are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.environment import program_path


@pytest.mark.parametrize(("system", "found"), [("Windows", True), ("Linux", False)])
def test_espeak_is_found_where_its_windows_installer_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, found: bool
) -> None:
    program = tmp_path / "eSpeak NG" / "espeak-ng.exe"
    program.parent.mkdir()
    program.write_bytes(b"")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    monkeypatch.setattr("assistant.environment.platform.system", lambda: system)
    assert program_path("espeak-ng") == (str(program) if found else None)
    assert program_path("piper") is None
