"""A connection to the session bus for one thread, which sleeps while nothing comes.

jeepney knows the messages. Its own blocking connection cannot be woken by another thread, hence this one. Not
QtDBus, though it comes with PySide6: it has no way to send a number of type u or an array of structures.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections import deque
from itertools import count
from typing import Any, Self, TypeAlias

from jeepney import HeaderFields, Message, MessageType, Parser, SizeLimitError, message_bus
from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket

Variant: TypeAlias = tuple[str, Any]
"""A value with its type before it: one complete D-Bus signature."""

_CONNECT_LIMIT_S = 2.0
"""The bus itself answers within a millisecond."""

_READ_BYTES = 65536


class Stopped(Exception):
    """The owner of the thread wants it to end."""


class BusError(Exception):
    """The bus cannot be used, or a call was answered with an error.

    Attributes:
        name: of the D-Bus error that was the answer; ``None`` where there was no answer.
    """

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class BusTimeout(BusError):
    """Nothing came within the time limit."""


class SessionBus:
    """The session bus, until the end of a ``with`` block.

    Args:
        wake: once it is readable, whatever waits here raises ``Stopped``; only connecting, which waits two
            seconds at most, does not look at it.

    Raises:
        BusError: there is no session bus, or it turned this program away.
        Stopped: see ``wake``; every method raises it too.

    Attributes:
        unique_name: this connection's own name.
    """

    def __init__(self, wake: socket.socket | None = None) -> None:
        self._wake = wake
        self._serials = count(1)
        self._parser = Parser()
        self._signals: deque[Message] = deque()
        self._socket = _connect()
        try:
            self.unique_name: str = self.call(message_bus.Hello(), _CONNECT_LIMIT_S)[0]
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def call(self, message: Message, time_limit_s: float | None = None) -> tuple[Any, ...]:
        """Call a method and wait for its reply; signals that come meanwhile are kept.

        Args:
            message: from ``jeepney.new_method_call`` or one of jeepney's message generators.
            time_limit_s: ``None`` waits however long it takes.

        Returns:
            The values of the reply.

        Raises:
            BusTimeout: no reply in time; one that comes later is dropped.
            BusError: the reply was an error, the connection was lost, or the message is too large.
        """
        deadline = _deadline(time_limit_s)
        serial = next(self._serials)
        self._send(message, serial)
        while True:
            reply = self._receive(deadline)
            if reply.header.fields.get(HeaderFields.reply_serial) == serial:
                break
            self._keep(reply)
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields[HeaderFields.error_name]
            reason = ": ".join([name, *map(str, reply.body[:1])])
            raise BusError(f"{message.header.fields[HeaderFields.member]}: {reason}", name)
        values: tuple[Any, ...] = reply.body
        return values

    def subscribe(self, **conditions: str) -> None:
        """Ask for signals; the conditions are the keys of a D-Bus match rule, ``signal`` is implied.

        Raises:
            BusError: the bus refused.
        """
        rule = ",".join(f"{key}='{value}'" for key, value in {"type": "signal", **conditions}.items())
        self.call(message_bus.AddMatch(rule))

    def next_signal(self, time_limit_s: float | None = None) -> Message:
        """The next signal, in the order they came; those of the bus about this connection are among them.

        Raises:
            BusTimeout: none in time.
            BusError: the connection was lost.
        """
        deadline = _deadline(time_limit_s)
        while not self._signals:
            self._keep(self._receive(deadline))
        return self._signals.popleft()

    def _keep(self, message: Message) -> None:
        """Calls of other programs are dropped: this connection offers them nothing."""
        if message.header.message_type is MessageType.signal:
            self._signals.append(message)

    def _send(self, message: Message, serial: int) -> None:
        try:
            self._socket.sendall(message.serialise(serial))
        except SizeLimitError as exc:
            raise BusError(f"too much for the session bus: {exc}") from exc
        except OSError as exc:
            raise BusError(f"the session bus is gone: {exc}") from exc

    def _receive(self, deadline: float | None) -> Message:
        try:
            while (message := self._parser.get_next_message()) is None:
                self._parser.add_data(self._read(deadline))
        except ValueError as exc:  # jeepney's word for what a later version of D-Bus may add
            raise BusError(f"the session bus sent something unknown: {exc}") from exc
        return message

    def _read(self, deadline: float | None) -> bytes:
        left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
        watched = [end for end in (self._socket, self._wake) if end]
        readable = select.select(watched, [], [], left_s)[0]
        if self._wake in readable:
            raise Stopped
        # Also when something can be read: signals may come so fast that there always is something.
        if not readable or left_s == 0.0:
            raise BusTimeout("the session bus brought no answer in time")
        try:
            data = self._socket.recv(_READ_BYTES)
        except OSError as exc:
            raise BusError(f"the session bus is gone: {exc}") from exc
        if not data:
            raise BusError("the session bus closed the connection")
        return data


def _deadline(time_limit_s: float | None) -> float | None:
    return None if time_limit_s is None else time.monotonic() + time_limit_s


def _connect() -> socket.socket:
    """A socket of the bus, which has accepted this user."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={runtime}/bus" if runtime else "")
    if not address:
        raise BusError("no session bus: the environment has no address of one")
    try:
        connection: socket.socket = prep_socket(get_bus(address), timeout=_CONNECT_LIMIT_S)
    except TimeoutError as exc:
        raise BusTimeout(f"no session bus: {address}: {exc}") from exc
    except (OSError, ValueError, RuntimeError) as exc:  # the last two: a useless address, a refused user
        raise BusError(f"no session bus: {address}: {exc}") from exc
    return connection
