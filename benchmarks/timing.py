"""How everything is timed: in turn, in one run, medians."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_LOOK_EVERY_S = 0.01


def machine() -> str:
    """This computer in a few words."""
    return f"{_processor()}, {os.cpu_count()} cores"


def in_turn(stacks: dict[str, Callable[[], Any]], runs: int, *, warm_up: int = 2) -> dict[str, float]:
    """Median seconds of each stack; they take turns, so that a busy moment hits all."""
    seconds: dict[str, list[float]] = {name: [] for name in stacks}
    for run in range(warm_up + runs):
        for name, work in stacks.items():
            start = time.perf_counter()
            work()
            if run >= warm_up:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def cold(command: Sequence[str], runs: int) -> tuple[float, float]:
    """Run a command in new processes.

    Returns:
        The median in seconds, and the largest resident memory of any of them in MB.
    """
    seconds, peaks = [], []
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        peak_mb = 0.0
        while process.poll() is None:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            time.sleep(_LOOK_EVERY_S)
        seconds.append(time.perf_counter() - start)
        peaks.append(peak_mb)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} failed")
    return statistics.median(seconds), max(peaks)


def _peak_mb(process_id: int) -> float:
    """The kernel's high-water mark; that of ``wait4`` begins with the memory of the process that forked."""
    try:
        lines = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    found = [line for line in lines if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def read_speed() -> float:
    """GB (10**9 bytes) that all cores together read a second from memory far larger than their caches."""
    import torch

    memory = torch.ones(128 * 1024 * 1024)
    seconds = in_turn({"read": memory.sum}, 5)["read"]
    return memory.numel() * memory.element_size() / seconds / 1e9


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
