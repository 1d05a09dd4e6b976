"""A connection to the session bus for one thread, which sleeps while nothing comes."""

from __future__ import annotations

import os
import select
import socket
from collections import deque
from itertools import count
from typing import Any, Self
from urllib.parse import unquote

from assistant.hotkeys.dbus_wire import Field, Kind, Message, decode, encode, message_size

_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_READ_BYTES = 65536


class Stopped(Exception):
    """The owner of the thread wants it to end."""


class BusError(Exception):
    """The bus cannot be used, or a call was answered with an error."""


class SessionBus:
    """The session bus.

    Args:
        wake: once it is readable, whatever waits here raises ``Stopped``.

    Raises:
        BusError: there is no session bus, or it turned this program away.
        Stopped: see ``wake``; every method raises it too.

    Attributes:
        unique_name: this connection's own name.
    """

    def __init__(self, wake: socket.socket) -> None:
        self._wake = wake
        self._serials = count(1)
        self._received = bytearray()
        self._signals: deque[Message] = deque()
        self._socket = _connect()
        try:
            self._authenticate()
            self.unique_name: str = self.call_bus("Hello")[0]
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def call_bus(self, member: str, signature: str = "", *values: Any) -> tuple[Any, ...]:
        """Call a method of the bus itself; see ``call``."""
        target = {Field.DESTINATION: _BUS, Field.PATH: _BUS_PATH, Field.INTERFACE: _BUS}
        return self.call(target | {Field.MEMBER: member}, signature, *values)

    def call(self, target: dict[Field, str], signature: str, *values: Any) -> tuple[Any, ...]:
        """Call a method and wait for its reply, however long it takes.

        Args:
            target: destination, path, interface and member.
            signature: types of the values.
            values: what the method is given.

        Returns:
            The values of the reply.

        Raises:
            BusError: the reply was an error, or the connection was lost.
        """
        serial = next(self._serials)
        self._send(encode(Message(Kind.CALL, dict(target), signature, values), serial))
        while True:
            message = self._receive()
            if message.fields.get(Field.REPLY_SERIAL) == serial:
                break
            self._keep(message)
        if message.kind == Kind.ERROR:
            raise BusError(f"{target[Field.MEMBER]}: {message.fields[Field.ERROR_NAME]} {message.body}")
        return message.body

    def subscribe(self, **conditions: str) -> None:
        """Ask for signals; the conditions are the keys of a D-Bus match rule, ``signal`` is implied.

        Raises:
            BusError: the bus refused.
        """
        rule = ",".join(f"{key}='{value}'" for key, value in {"type": "signal", **conditions}.items())
        self.call_bus("AddMatch", "s", rule)

    def next_signal(self) -> Message:
        """The next signal, in the order they came.

        Raises:
            BusError: the connection was lost.
        """
        while not self._signals:
            self._keep(self._receive())
        return self._signals.popleft()

    def _keep(self, message: Message) -> None:
        """Calls of other programs are dropped: this connection offers them nothing."""
        if message.kind == Kind.SIGNAL:
            self._signals.append(message)

    def _authenticate(self) -> None:
        """Say who is calling; the bus compares it with what the kernel knows."""
        self._send(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        while b"\r\n" not in self._received:
            self._fill()
        if not self._received.startswith(b"OK "):
            raise BusError(f"the session bus refused this user: {bytes(self._received)!r}")
        self._received.clear()
        self._send(b"BEGIN\r\n")

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as exc:
            raise BusError(f"the session bus is gone: {exc}") from exc

    def _receive(self) -> Message:
        while (size := message_size(self._received)) is None or len(self._received) < size:
            self._fill()
        data = bytes(self._received[:size])
        del self._received[:size]
        return decode(data)

    def _fill(self) -> None:
        if self._wake in select.select([self._socket, self._wake], [], [])[0]:
            raise Stopped
        try:
            data = self._socket.recv(_READ_BYTES)
        except OSError as exc:
            raise BusError(f"the session bus is gone: {exc}") from exc
        if not data:
            raise BusError("the session bus closed the connection")
        self._received += data


def _connect() -> socket.socket:
    problems = ["no address of a session bus"]
    for path in _socket_paths():
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
        except OSError as exc:
            connection.close()
            problems.append(f"{path!r}: {exc}")
        else:
            return connection
    raise BusError(f"no session bus: {problems[-1]}")


def _socket_paths() -> list[str]:
    """Sockets of the bus, from the environment; an abstract one starts with a zero byte."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    addresses = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={runtime}/bus" if runtime else "")
    paths = []
    for address in addresses.split(";"):
        transport, _, rest = address.partition(":")
        options = dict(pair.split("=", 1) for pair in rest.split(",") if "=" in pair)
        if transport == "unix" and "path" in options:
            paths.append(unquote(options["path"]))
        elif transport == "unix" and "abstract" in options:
            paths.append("\0" + unquote(options["abstract"]))
    return paths
