"""How far a long piece of work is, and calling it off from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.store_error import StoreError, StoreFault


def _to_nobody(done_bytes: int, total_bytes: int) -> None:
    pass


class Transfer:
    """One download or import. Reports come in the thread that works; ``cancel`` may come from any.

    Args:
        progressed: called with bytes done and bytes in total, often; what was fetched before counts as
            done, and bytes that prove wrong are taken back.
    """

    def __init__(self, progressed: Callable[[int, int], object] = _to_nobody) -> None:
        self._progressed = progressed
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._wake: Callable[[], object] | None = None

    def cancel(self) -> None:
        """Call it off; the work ends with the fault ``CANCELLED`` as soon as it notices."""
        self._cancelled.set()
        with self._lock:
            if self._wake:
                self._wake()

    def report(self, done_bytes: int, total_bytes: int) -> None:
        """Tell how far it is.

        Raises:
            StoreError: it was called off.
        """
        self.check()
        self._progressed(done_bytes, total_bytes)

    def reporter(self, before_bytes: int, total_bytes: int) -> Callable[[int], None]:
        """``report`` for one of several files.

        Args:
            before_bytes: of the files that are done.
            total_bytes: of all.
        """
        return lambda done_bytes: self.report(before_bytes + done_bytes, total_bytes)

    def check(self) -> None:
        """Go on.

        Raises:
            StoreError: it was called off.
        """
        if self._cancelled.is_set():
            raise StoreError("Called off; what was fetched is kept.", StoreFault.CANCELLED)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until it is called off.

        Raises:
            StoreError: it was called off.
        """
        self._cancelled.wait(seconds)
        self.check()

    @contextmanager
    def woken_by(self, wake: Callable[[], object]) -> Iterator[None]:
        """Around something that may wait for long.

        Args:
            wake: ends the waiting; called by ``cancel`` in its thread.

        Raises:
            StoreError: it was called off before.
        """
        with self._lock:
            self._wake = wake
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._wake = None
