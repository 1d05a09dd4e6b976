"""A thread that sleeps until its connection or its owner wakes it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread


class Worker:
    """A running thread that can be told to end.

    Args:
        name: of the thread, for the log.
        run: the thread's work. It gets a socket to ``select`` beside its own, and returns once that socket
            is readable.
    """

    def __init__(self, name: str, run: Callable[[socket.socket], None]) -> None:
        self._owner, wake = socket.socketpair()
        self._thread = Thread(target=self._run, args=(run, wake), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._owner.close()
        self._thread.join()

    @staticmethod
    def _run(run: Callable[[socket.socket], None], wake: socket.socket) -> None:
        with wake:
            run(wake)
