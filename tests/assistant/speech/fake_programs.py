"""Small programs that stand in for voices, and sound that can be looked at."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
from numpy.typing import NDArray

STOP_S = 0.05
"""How soon every voice has to be silent."""


def write_program(folder: Path, name: str, body: str) -> Path:
    """Make a program of Python code."""
    path = folder / name
    path.write_text(f"#!{sys.executable} -I\n{dedent(body)}", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def samples_of(path: Path) -> tuple[NDArray[np.int16], int]:
    """(N,) samples of a WAV file (one channel, 16 bits), samples per second."""
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2"), sound.getframerate()


def seconds_of(path: Path) -> float:
    samples, rate = samples_of(path)
    return len(samples) / rate


def stopped_after(
    work: Callable[[], None],
    stop: Callable[[], None],
    running: Callable[[], bool],
    *,
    stop_limit_s: float = STOP_S,
) -> float:
    """Seconds from ``stop`` to the end of ``work``, which is under way in another thread.

    Args:
        work: its error becomes ours.
        stop: called when ``running`` holds.
        running: whether the work is in its midst.
        stop_limit_s: how long the call of ``stop`` may take.
    """
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as exc:
            errors.append(exc)

    thread = threading.Thread(target=guarded)
    thread.start()
    deadline = time.monotonic() + 10
    while not running() and thread.is_alive():
        assert time.monotonic() < deadline, "the work never began"
        time.sleep(0.005)
    began = time.monotonic()
    stop()
    assert time.monotonic() - began < stop_limit_s, "stop itself took too long"
    thread.join(10)
    assert not thread.is_alive()
    if errors:
        raise errors[0]
    return time.monotonic() - began


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process_id}/stat")  # a zombie whose parent does not look is dead, too
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
