"""Orca as a program that runs: the only sign of a version before 49, which offers no service."""

from __future__ import annotations

import functools
import logging
import os
import re
import subprocess
from pathlib import Path

from assistant.environment import program_path
from assistant.speech.readers.without_channel import ReaderWithoutChannel

_log = logging.getLogger(__name__)

_FIRST_TO_HEAR_ANNOUNCEMENTS = (45, 2)
"""From docs/application-developers.md of Orca's sources."""

_TIME_LIMIT_S = 5.0
"""Printing the version takes 0.1 s, more while the computer starts."""


def orca_process(proc: Path = Path("/proc")) -> int | None:
    """Id of this user's Orca; ``None`` when none runs.

    Args:
        proc: the kernel's folder of processes.
    """
    user = os.getuid()
    with os.scandir(proc) as entries:
        return next(
            (int(entry.name) for entry in entries if entry.name.isdigit() and _is_orca(entry, user)), None
        )


def _is_orca(entry: os.DirEntry[str], user: int) -> bool:
    """Orca is a Python script; there is another program of this name, for chemists, which is none."""
    folder = Path(entry.path)
    try:
        return (
            entry.stat().st_uid == user
            and (folder / "comm").read_bytes() == b"orca\n"
            and (folder / "exe").readlink().name.startswith("python")
        )
    except OSError:
        return False  # it has ended meanwhile, or is not ours to look at


@functools.lru_cache(maxsize=4)
def orca_without_service(process: int) -> ReaderWithoutChannel:
    """What an Orca that offers no service can do.

    Args:
        process: id of the process. The installed Orca is asked for its version once for each.
    """
    version, text = _installed_version()
    return ReaderWithoutChannel(f"Orca {text}".strip(), version >= _FIRST_TO_HEAR_ANNOUNCEMENTS)


def _installed_version() -> tuple[tuple[int, ...], str]:
    """As numbers and as text; both are empty when it cannot be found out."""
    program = program_path("orca")
    if program is None:
        return (), ""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        _log.warning("Orca did not tell its version: %s", exc)
        return (), ""
    # "43.1"; "Orca version 51.rc (rev 1a2b3c4), AT-SPI2 version: 2.58.0"
    found = re.search(r"(\d+)\.?(\d+)?[\w.]*", done.stdout)
    if found is None:
        return (), ""
    return tuple(int(number) for number in found.groups() if number), found.group()
