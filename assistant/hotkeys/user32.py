"""The Win32 calls of ``assistant.hotkeys.windows``, through ctypes.

Not run: written against the documentation, never run on Windows.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes

from assistant.hotkeys.windows import Message, User32

_WM_QUIT = 0x0012
_PM_NOREMOVE = 0


def open_user32() -> User32:
    """The calls of this Windows.

    Raises:
        OSError: this is not Windows.
    """
    if sys.platform == "win32":
        user32 = ctypes.WinDLL("user32", use_last_error=True)
        return _User32(user32, ctypes.WinDLL("kernel32"), ctypes.get_last_error)
    raise OSError("user32 exists on Windows only")


class _User32:
    def __init__(self, user32: ctypes.CDLL, kernel32: ctypes.CDLL, last_error: Callable[[], int]) -> None:
        self._user32 = user32
        self._kernel32 = kernel32
        self._last_error = last_error
        message = ctypes.POINTER(wintypes.MSG)
        hwnd, uint = wintypes.HWND, wintypes.UINT
        self._user32.PeekMessageW.argtypes = (message, hwnd, uint, uint, uint)
        self._user32.GetMessageW.argtypes = (message, hwnd, uint, uint)
        self._user32.RegisterHotKey.argtypes = (hwnd, ctypes.c_int, uint, uint)
        self._user32.UnregisterHotKey.argtypes = (hwnd, ctypes.c_int)
        self._user32.PostThreadMessageW.argtypes = (
            wintypes.DWORD, uint, wintypes.WPARAM, wintypes.LPARAM,
        )  # fmt: skip
        self._kernel32.GetCurrentThreadId.restype = wintypes.DWORD

    def make_queue(self) -> int:
        """Windows makes a thread's queue at its first look for a message."""
        self._user32.PeekMessageW(ctypes.byref(wintypes.MSG()), None, 0, 0, _PM_NOREMOVE)
        return int(self._kernel32.GetCurrentThreadId())

    def register_hot_key(self, hotkey_id: int, modifiers: int, virtual_key: int) -> int:
        if self._user32.RegisterHotKey(None, hotkey_id, modifiers, virtual_key):
            return 0
        return self._last_error()

    def unregister_hot_key(self, hotkey_id: int) -> None:
        self._user32.UnregisterHotKey(None, hotkey_id)

    def get_message(self) -> Message | None:
        """The -1 of a failed GetMessage ends the loop like WM_QUIT: there is no message to handle."""
        message = wintypes.MSG()
        if self._user32.GetMessageW(ctypes.byref(message), None, 0, 0) <= 0:
            return None
        return Message(message.message, message.wParam)

    def post_quit(self, thread_id: int) -> None:
        self._user32.PostThreadMessageW(thread_id, _WM_QUIT, 0, 0)
