"""The session bus for something that is asked now and then, from any thread."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock
from typing import Any

from jeepney import Message, MessageFlag

from assistant.dbus import BusError, BusTimeout, SessionBus


class BusLink:
    """A connection that is opened by the first call, kept, and replaced once when it turns out to be lost."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open = ExitStack()
        self._bus: SessionBus | None = None

    def call(self, message: Message, time_limit_s: float) -> tuple[Any, ...]:
        """Call a method of a program that is running already; see ``SessionBus.call``.

        Args:
            message: from ``jeepney.new_method_call``. The bus starts nobody to answer it.
            time_limit_s: for the reply.

        Raises:
            BusTimeout: no reply in time.
            BusError: there is no bus, or the reply was an error.
        """
        message.header.flags |= MessageFlag.no_auto_start
        with self._lock:
            if self._bus:
                try:
                    return self._bus.call(message, time_limit_s)
                except BusTimeout:
                    raise
                except BusError as exc:
                    if exc.name is not None:
                        raise
                    self._drop()
            self._bus = self._open.enter_context(SessionBus())
            return self._bus.call(message, time_limit_s)

    def close(self) -> None:
        """Let go of the connection; the next call opens another one."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._bus = None
        self._open.close()
