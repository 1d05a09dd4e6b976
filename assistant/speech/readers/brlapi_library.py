"""The calls of BRLTTY's client library, libbrlapi, through ctypes. All of them from one thread."""

from __future__ import annotations

import ctypes

_LIBRARY = "libbrlapi.so.0.8"
"""Of BRLTTY since 6.1."""

_FAILED = -1
_CURSOR_OFF = 0
_KEY_AND_ITS_KIND = 0xFFFF_FFFF
"""The bits above are flags."""


class BrlApiError(Exception):
    """BRLTTY is not there, has no display, or refused."""


class _Error(ctypes.Structure):
    """``brlapi_error_t``."""

    _fields_ = (
        ("brlerrno", ctypes.c_int),
        ("libcerrno", ctypes.c_int),
        ("gaierrno", ctypes.c_int),
        ("errfun", ctypes.c_char_p),
    )


_ExceptionHandler = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_size_t)


def _ignore(error: int, packet_type: int, packet: int, size: int) -> None:
    """What BRLTTY refused afterwards. The library's own handler would end this program."""


_IGNORE = _ExceptionHandler(_ignore)


class BrlApi:
    """A connection to BRLTTY, which may wait for an answer for ever.

    Raises:
        BrlApiError: the library is absent, or BRLTTY does not run or does not let this user in.
    """

    def __init__(self) -> None:
        try:
            self._calls = ctypes.CDLL(_LIBRARY)
        except OSError as exc:
            raise BrlApiError(f"no library of BRLTTY: {exc}") from exc
        self._calls.brlapi_writeWText.argtypes = (ctypes.c_int, ctypes.c_wchar_p)
        self._calls.brlapi_error_location.restype = ctypes.POINTER(_Error)
        self._calls.brlapi_strerror.restype = ctypes.c_char_p
        self._calls.brlapi_strerror.argtypes = (ctypes.POINTER(_Error),)
        self._check(self._calls.brlapi_openConnection(None, None))
        self._calls.brlapi_setExceptionHandler(_IGNORE)  # not before: opening puts the library's own one back

    def take_display(self) -> int:
        """Show and read here from now on, in whatever window of this desktop the person is.

        Returns:
            How many cells the display has.

        Raises:
            BrlApiError: there is no display, or another program holds it.
        """
        columns, rows = ctypes.c_uint(), ctypes.c_uint()
        self._check(self._calls.brlapi_getDisplaySize(ctypes.byref(columns), ctypes.byref(rows)))
        cells = columns.value * rows.value
        if not cells:
            raise BrlApiError("BRLTTY has no display")
        self._check(self._calls.brlapi_enterTtyModeWithPath(None, 0, None))
        return cells

    def write(self, text: str) -> None:
        """Show a text; what has no room is cut off.

        Raises:
            BrlApiError: the connection was lost.
        """
        self._check(self._calls.brlapi_writeWText(_CURSOR_OFF, text))

    def read_key(self, time_limit_ms: int) -> int | None:
        """The next key of the display: one of the ``BRLAPI_KEY_*`` codes without its flags, or ``None``.

        Raises:
            BrlApiError: the connection was lost.
        """
        code = ctypes.c_uint64()
        found = self._check(self._calls.brlapi_readKeyWithTimeout(time_limit_ms, ctypes.byref(code)))
        return code.value & _KEY_AND_ITS_KIND if found else None

    def close(self) -> None:
        """Give the display back and leave."""
        self._calls.brlapi_leaveTtyMode()  # fails where the display was not taken, and that is as well
        self._calls.brlapi_closeConnection()

    def _check(self, result: int) -> int:
        if result == _FAILED:
            reason: bytes = self._calls.brlapi_strerror(self._calls.brlapi_error_location())
            raise BrlApiError(reason.decode(errors="replace"))
        return result
