"""Which screen reader runs now."""

from __future__ import annotations

import functools
import sys
from typing import Protocol

from assistant.speech.readers.reader import Reader


class _Readers(Protocol):
    """The readers of a system."""

    def find(self) -> Reader | None:
        """The one that runs now."""


def find_reader() -> Reader | None:
    """The screen reader that runs now, ``None`` when none does.

    Asking again takes a few milliseconds. Always call it from the same thread, the one that uses what it
    gives: on Windows both belong to the thread that asked first.
    """
    return _readers().find()


@functools.cache
def _readers() -> _Readers:
    # Each is imported where it is used: they need packages that other systems do not have.
    if sys.platform == "win32":
        from assistant.speech.readers.windows import WindowsReaders, system_hints

        return WindowsReaders(system_hints())
    if sys.platform == "darwin":
        from assistant.speech.readers.macos import MacReaders

        return MacReaders()
    from assistant.speech.readers.linux import LinuxReaders

    return LinuxReaders()
