"""A real speech-dispatcher with folders, settings and a sound device of its own."""

from __future__ import annotations

import os
import re
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.assistant.speech.fake_programs import is_running
from tests.assistant.speech.private_sound import use_private_sound

_SETTINGS = """
LogLevel 5
LogDir "default"
AudioOutputMethod "alsa"
AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"
DefaultModule espeak-ng
"""
_LOG_TIME = re.compile(r"\[(\w+ \w+ +\d+ [\d:]+ \d+) : (\d+)\]")


class PrivateDaemon:
    """Where a daemon finds itself that is started with this environment; it is not started here.

    Args:
        folder: empty; its path is short, since that of a socket may be.
        monkeypatch: sets the environment.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        settings = folder / "config" / "speech-dispatcher"
        (settings / "modules").mkdir(parents=True)
        (settings / "speechd.conf").write_text(_SETTINGS)
        (settings / "modules" / "espeak-ng.conf").write_text("")
        self.socket = folder / "speech-dispatcher" / "speechd.sock"
        monkeypatch.delenv("SPEECHD_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))

    def use_sound(self, device: str) -> None:
        """Choose the sound device, see ``use_private_sound``; before the daemon starts."""
        use_private_sound(self._monkeypatch, self.folder, device)

    def log(self) -> str:
        path = self.folder / "speech-dispatcher" / "log" / "speech-dispatcher.log"
        return path.read_text(encoding="utf-8", errors="replace")

    def logged_at(self, words: str) -> float:
        """When the last line with these words was written, in seconds since 1970."""
        line = [line for line in self.log().splitlines() if words in line][-1]
        found = _LOG_TIME.match(line)
        assert found, line
        return datetime.strptime(found[1], "%a %b %d %H:%M:%S %Y").timestamp() + int(found[2]) / 1e6

    def end(self) -> None:
        """Kill the daemon, if it was started; its modules end with it."""
        pid_file = self.folder / "speech-dispatcher" / "pid" / "speech-dispatcher.pid"
        if not pid_file.exists():
            return
        process_id = int(pid_file.read_text())
        os.kill(process_id, signal.SIGTERM)
        deadline = time.monotonic() + 1
        while is_running(process_id):
            if time.monotonic() > deadline:
                os.kill(process_id, signal.SIGKILL)  # without a sound device it hangs while it ends
            time.sleep(0.02)
