"""A braille display that BRLTTY drives, where no screen reader runs.

Run with BRLTTY 6.5 and its virtual display, not with one of pins.
"""

from __future__ import annotations

import logging
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Queue
from threading import Thread
from typing import Protocol

from assistant.speech.readers.brlapi_library import BrlApi, BrlApiError

_log = logging.getLogger(__name__)

_COMMAND = 0x2000_0000
_LINE_UP, _LINE_DOWN, _LEFT, _RIGHT, _LEFT_SKIP, _RIGHT_SKIP = 1, 2, 23, 24, 25, 26
"""``BRLAPI_KEY_CMD_LNUP``, ``LNDN``, ``FWINLT``, ``FWINRT``, ``FWINLTSKIP``, ``FWINRTSKIP``."""

_STEPS = {_COMMAND | key: -1 for key in (_LINE_UP, _LEFT, _LEFT_SKIP)} | {
    _COMMAND | key: 1 for key in (_LINE_DOWN, _RIGHT, _RIGHT_SKIP)
}

_LOOK_FOR_KEYS_MS = 50

_Job = tuple[str, Future[bool]]


class Connection(Protocol):
    """What is needed of ``BrlApi``."""

    def take_display(self) -> int:
        """See ``BrlApi.take_display``."""

    def write(self, text: str) -> None:
        """See ``BrlApi.write``."""

    def read_key(self, time_limit_ms: int) -> int | None:
        """See ``BrlApi.read_key``."""

    def close(self) -> None:
        """See ``BrlApi.close``."""


class BrlApiDisplay:
    """Shows texts for some seconds, then the display is BRLTTY's again; see ``BrailleDisplay``.

    The keys that move by a line or by the width of the display turn the pages of a long text; moving past its
    ends or pressing any other key gives the display back at once. BRLTTY is talked to in a thread of its own,
    which the first text starts: its library waits without a limit.

    Args:
        connect: makes a connection, or raises ``BrlApiError``.
        hold_s: how long a page stays.
        time_limit_s: how long ``show`` waits for BRLTTY.
    """

    def __init__(
        self, connect: Callable[[], Connection] = BrlApi, *, hold_s: float = 10.0, time_limit_s: float = 0.5
    ) -> None:
        self._connect = connect
        self._hold_s = hold_s
        self._time_limit_s = time_limit_s
        self._jobs: Queue[_Job | None] = Queue()
        self._thread: Thread | None = None

    def show(self, text: str) -> bool:
        """See ``BrailleDisplay``; False also when BRLTTY does not answer in time."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="braille", daemon=True)
            self._thread.start()
        shown: Future[bool] = Future()
        self._jobs.put((text, shown))
        try:
            return shown.result(self._time_limit_s)
        except TimeoutError:
            shown.cancel()
            _log.warning("BRLTTY does not answer")
            return False

    def close(self) -> None:
        """Give the display back now, unless BRLTTY keeps it waiting; nothing is shown any more."""
        if self._thread:
            self._jobs.put(None)
            self._thread.join(self._time_limit_s)

    def _run(self) -> None:
        while job := self._jobs.get():
            text, shown = job
            if shown.set_running_or_notify_cancel():
                self._serve(text, shown)

    def _serve(self, text: str, shown: Future[bool]) -> None:
        try:
            connection = self._connect()
        except BrlApiError as exc:
            _log.debug("no braille display: %s", exc)
            shown.set_result(False)
            return
        try:
            pages = _Pages(connection, text)
            shown.set_result(True)
            self._hold(pages)
        except BrlApiError as exc:
            _log.info("no braille display any more: %s", exc)
            if not shown.done():
                shown.set_result(False)
        finally:
            connection.close()

    def _hold(self, pages: _Pages) -> None:
        """Until the next text, the end of the time, or the person's wish."""
        end = time.monotonic() + self._hold_s
        while self._jobs.empty() and time.monotonic() < end:
            key = pages.connection.read_key(_LOOK_FOR_KEYS_MS)
            if key is None:
                continue
            if not pages.turn(_STEPS.get(key, 0)):
                return
            end = time.monotonic() + self._hold_s


class _Pages:
    """A text on the display, as much at a time as it has cells.

    Raises:
        BrlApiError: the display is not to be had.
    """

    def __init__(self, connection: Connection, text: str) -> None:
        self.connection = connection
        self._pages = textwrap.wrap(text, connection.take_display()) or [""]
        self._current = 0
        connection.write(self._pages[0])

    def turn(self, step: int) -> bool:
        """Go on or back; False when there is nothing there."""
        wanted = self._current + step
        if not step or not 0 <= wanted < len(self._pages):
            return False
        self._current = wanted
        self.connection.write(self._pages[wanted])
        return True
