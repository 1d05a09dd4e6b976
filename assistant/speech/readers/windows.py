"""Screen readers of Windows.

Not run: written against the documentation, the order is tested with stand-ins.
"""

from __future__ import annotations

import sys
from typing import Protocol

from assistant.speech.readers.prism_reader import PrismKind, PrismReaders
from assistant.speech.readers.reader import Reader
from assistant.speech.readers.without_channel import UNKNOWN_READER, ReaderWithoutChannel

WINDOWS_KINDS = (
    PrismKind("NVDA", "NVDA", hears_announcements=True),
    PrismKind("JAWS", "JAWS", hears_announcements=True),
    # A magnifier that also reads; nothing says that it hears announcements.
    PrismKind("ZoomText", "ZOOM_TEXT", hears_announcements=False),
)

# Prism has a way to Narrator too: it raises the same announcement as Qt does, in this program's name. So it
# reaches no further, and cannot tell whether Narrator read it.
_NARRATOR = ReaderWithoutChannel("Narrator", hears_announcements=True)

_SPI_GETSCREENREADER = 0x0046
_NARRATOR_KEY = r"Software\Microsoft\Narrator\NoRoam"


class WindowsHints(Protocol):
    """What Windows itself knows of screen readers."""

    def narrator_runs(self) -> bool:
        """Whether Windows' own screen reader is on. It does not set the flag."""

    def reader_flag(self) -> bool:
        """What screen readers set while they run; some leave it behind when they crash."""


class WindowsReaders:
    """Finds the reader of this session.

    Args:
        hints: of the system.
    """

    def __init__(self, hints: WindowsHints) -> None:
        self._hints = hints
        self._prism = PrismReaders(WINDOWS_KINDS)

    def find(self) -> Reader | None:
        """The reader that runs now: one with a channel, Narrator, another one."""
        if reader := self._prism.find():
            return reader
        if self._hints.narrator_runs():
            return _NARRATOR
        return UNKNOWN_READER if self._hints.reader_flag() else None


if sys.platform == "win32":
    import ctypes
    import winreg
    from ctypes import wintypes

    class _SystemHints:
        """Of this Windows."""

        def __init__(self) -> None:
            self._user32 = ctypes.WinDLL("user32")

        def narrator_runs(self) -> bool:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _NARRATOR_KEY) as key:
                    return bool(winreg.QueryValueEx(key, "RunningState")[0])
            except OSError:
                return False  # it never ran

        def reader_flag(self) -> bool:
            flag = wintypes.BOOL()
            asked = self._user32.SystemParametersInfoW(_SPI_GETSCREENREADER, 0, ctypes.byref(flag), 0)
            return bool(asked and flag.value)


def system_hints() -> WindowsHints:
    """The hints of this system.

    Raises:
        OSError: this is not Windows.
    """
    if sys.platform == "win32":
        return _SystemHints()
    raise OSError("Cannot ask Windows for screen readers: this is another system.")
