"""A sound server of its own whose only device is heard here."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import wait_until

_BYTES_PER_S = 44_100 * 2 * 2
_PIPE_BYTES = 4096  # 23 ms: no more waits in the pipe than in a sound card


class Loudspeaker:
    """Takes samples out of a pipe at the pace of a real device.

    Attributes:
        peaks: (``time.monotonic()``, loudest sample) of each piece that was not silent.
    """

    def __init__(self, pipe: Path) -> None:
        self.peaks: list[tuple[float, int]] = []
        self._pipe, self._ended = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), False
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def begins_after(self, moment: float, peak: int) -> float:
        """Seconds from a moment to the first sound after it that is as loud as ``peak``, within 5 %.

        The server holds back the last milliseconds of a sound until the next one: the two differ in loudness.
        """

        def heard() -> list[float]:
            return [at for at, loud in self.peaks if at > moment and abs(loud - peak) < 0.05 * peak]

        wait_until(lambda: bool(heard()), 10)
        return heard()[0] - moment

    def level(self) -> float:
        """The usual peak of what was heard."""
        return float(np.median([peak for _, peak in self.peaks]))

    def close(self) -> None:
        self._ended = True
        self._thread.join()
        os.close(self._pipe)

    def _listen(self) -> None:
        began, taken = time.monotonic(), 0
        while not self._ended:
            time.sleep(0.003)
            due = int((time.monotonic() - began) * _BYTES_PER_S) // 4 * 4
            try:
                piece = os.read(self._pipe, due - taken)
            except BlockingIOError:
                piece = b""
            taken = due
            peak = int(np.abs(np.frombuffer(piece[: len(piece) // 2 * 2], "<i2").astype(int)).max(initial=0))
            if peak > 100:
                self.peaks.append((time.monotonic(), peak))


@contextmanager
def loudspeaker(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Loudspeaker]:
    """Processes started inside find this loudspeaker. Skips the test where there is no PulseAudio."""
    if not shutil.which("pulseaudio"):
        pytest.skip("needs the program pulseaudio")
    patch.setenv("HOME", str(folder))
    server = subprocess.Popen(
        [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
            "-L", f"module-pipe-sink file={folder}/pipe format=s16le rate=44100 channels=2",
            "-L", f"module-native-protocol-unix socket={folder}/server auth-anonymous=1",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: (folder / "server").exists() and (folder / "pipe").exists(), 10)
        patch.setenv("PULSE_SERVER", f"unix:{folder}/server")
        device = Loudspeaker(folder / "pipe")
        yield device
        device.close()
    finally:
        server.kill()
        server.wait()
