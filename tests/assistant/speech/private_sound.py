"""ALSA without a sound device: a home folder whose default output is what a test wants."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path
from typing import Self

import pytest

_BYTES_PER_SECOND = 22050 * 2  # espeak-ng: one channel, 16 bits
_PIPE_BYTES = 4096
_PAUSE_S = 0.002


def use_private_sound(monkeypatch: pytest.MonkeyPatch, home: Path, default: str) -> None:
    """Make programs of this test find only one sound device.

    Args:
        monkeypatch: sets the environment.
        home: an empty folder.
        default: definition of the device in ALSA's configuration language.
    """
    (home / ".asoundrc").write_text(f"pcm.!default {{ {default} }}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{home / 'no-pulse'}")


class Listener:
    """A pipe that takes sound as slowly as a loudspeaker.

    Attributes:
        device: for ``use_private_sound``.
        heard: sound until now, 16-bit samples.
        hurry: take it as fast as it comes.
    """

    def __init__(self, folder: Path, *, hurry: bool = False) -> None:
        pipe = folder / "sound"
        os.mkfifo(pipe)
        self.device = f'type file slave.pcm null file "{pipe}" format raw'
        self.heard = b""
        self.hurry = hurry
        self._ended = threading.Event()
        self._pipe = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self._pipe)

    def silent_for(self, seconds: float) -> bool:
        """Whether nothing comes for a while."""
        heard = len(self.heard)
        time.sleep(seconds)
        return len(self.heard) == heard

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                data = os.read(self._pipe, _PIPE_BYTES)
            except BlockingIOError:
                data = b""
            self.heard += data
            if not data or not self.hurry:
                time.sleep(len(data) / _BYTES_PER_SECOND or _PAUSE_S)
