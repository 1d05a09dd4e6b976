"""Sound processes for tests: real ones on odd computers, and fakes that fall silent. And sound files."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.speech.sound_process import serve

RATE = 44_100

IN_TIME_S = 0.08
"""A stop takes 50 ms at most; the rest is for a busy machine."""


def no_sound_server(patch: pytest.MonkeyPatch) -> None:
    """Children started from now on find no sound device."""
    patch.setenv("PULSE_SERVER", "unix:/nonexistent/pulse")
    patch.setenv("PIPEWIRE_REMOTE", "/nonexistent/pipewire")


def serve_without_looking(connection: Connection, log_level: int) -> None:
    """The real child, but it does not look for a device: QMediaPlayer then plays to nobody, in real time."""
    from PySide6.QtMultimedia import QMediaDevices

    from assistant.speech import sound_acts

    sound_acts.output_device = QMediaDevices.defaultAudioOutput
    serve(connection, log_level)


def serve_never(connection: Connection, log_level: int) -> None:
    """A child that hangs while it starts."""
    time.sleep(60)


def serve_mutely(connection: Connection, log_level: int) -> None:
    """A child that takes orders and never answers one."""
    connection.send_bytes(b'{"ready": true}')
    _until_closed(connection, lambda order: None)


def serve_slowly(connection: Connection, log_level: int) -> None:
    """A child that needs long for everything, and says that it is at work."""

    def answer(order: dict[str, object]) -> None:
        for _ in range(10):
            time.sleep(0.1)
            connection.send_bytes(b'{"beat": true}')
        connection.send_bytes(json.dumps({"id": order["id"], "fault": None, "detail": ""}).encode())

    connection.send_bytes(b'{"ready": true}')
    _until_closed(connection, answer)


def _until_closed(connection: Connection, answer: Callable[[dict[str, object]], None]) -> None:
    while True:
        try:
            answer(json.loads(connection.recv_bytes()))
        except (EOFError, OSError):
            os._exit(0)


def is_running(process_id: int) -> bool:
    """Whether a process is there, be it as a zombie of ours."""
    return Path(f"/proc/{process_id}").exists()


def is_at_work(process_id: int) -> bool:
    """Whether a process is there and no zombie; somebody else's children may stay zombies for a while."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def write_tone(path: Path, seconds: float) -> Path:
    """A tone as a WAV or an MP3 file, by the name's end."""
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(RATE * seconds)) / RATE)
    soundfile.write(path, samples, RATE)
    return path
