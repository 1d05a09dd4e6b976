"""A client of speech-dispatcher's protocol, SSIP, on its unix socket.

One connection serves one thread; another may only ring its bell. Source: the SSIP manual of
speech-dispatcher; checked on version 0.11.4.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

ANSWER_S = 3.0
"""How long the daemon may take to answer; in health it takes 0.2 s for the longest list of voices."""

_ADDRESS = "SPEECHD_ADDRESS"
_FIRST_ERROR = 300
_CHUNK = 65536
_Wait = Callable[[float, socket.socket], bool]
_LINE_START_DOT = re.compile(r"^\.", re.MULTILINE)
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class EventKind(IntEnum):
    """What is told about a message; the values are the protocol's codes."""

    BEGIN = 701
    END = 702
    CANCEL = 703


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a message.

    Attributes:
        kind: code of the protocol; others than those of ``EventKind`` are possible.
        message: number of the message.
    """

    kind: int
    message: str


class Refused(Exception):
    """The daemon understood a command and did not carry it out."""


class Rung(Exception):
    """Somebody rang the bell; no error."""


class Bell:
    """Ends another thread's waiting.

    Attributes:
        rung: whether ``ring`` was called.
    """

    def __init__(self) -> None:
        self.rung = False
        self._inside, self._outside = socket.socketpair()
        self._lock = threading.Lock()

    def ring(self) -> None:
        """From any thread, also after ``close``; a bell that was rung stays rung."""
        self.rung = True
        with self._lock, contextlib.suppress(OSError):  # closed, or rung so often that nothing more fits
            self._outside.send(b"\0", socket.MSG_DONTWAIT)

    def wait(self, seconds: float, *others: socket.socket) -> bool:
        """Wait until one of the others can be read.

        Returns:
            False when the time ran out.

        Raises:
            Rung: the bell was rung, also if before.
        """
        ready, _, _ = select.select([self._inside, *others], [], [], max(0.0, seconds))
        if self._inside in ready:
            raise Rung
        return bool(ready)

    def close(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._inside.close()
            self._outside.close()


def socket_path() -> Path:
    """Where speech-dispatcher listens, by the same rules as its own clients.

    Raises:
        OSError: SPEECHD_ADDRESS names no unix socket.
    """
    method, _, place = os.environ.get(_ADDRESS, "unix_socket").partition(":")
    if method != "unix_socket":
        raise OSError(f"{_ADDRESS} asks for {method}; only unix_socket is known")
    if place:
        return Path(place)
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("XDG_RUNTIME_DIR") or caches) / "speech-dispatcher" / "speechd.sock"


class SsipClient:
    """A connection.

    Its methods raise ``TimeoutError`` when the daemon does not answer in time, another ``OSError`` when the
    connection broke, and ``Refused``.

    Args:
        path: the socket.
        bell: ends the waiting for events; commands are not cut short, since the daemon might take what
            follows for text.
        name: of this client, "user:program:part".
    """

    def __init__(self, path: Path, bell: Bell, name: str) -> None:
        self._bell = bell
        self._rest, self._lines = b"", deque[bytes]()
        self._events: deque[Event] = deque()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(str(path))
            self.set("CLIENT_NAME", name)
        except (OSError, Refused):
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def set(self, parameter: str, value: str | int) -> None:
        """Set a parameter of this connection, such as RATE."""
        self._command(f"SET SELF {parameter} {value}")

    def notify(self, kind: EventKind) -> None:
        """Have events of a kind sent."""
        self.set("NOTIFICATION", f"{kind.name} ON")

    def output_module(self) -> str:
        """Name of the module that would speak now."""
        return self._command("GET OUTPUT_MODULE")[0]

    def output_modules(self) -> list[str]:
        """Names of the modules that work."""
        return self._command("LIST OUTPUT_MODULES")

    def synthesis_voices(self) -> list[tuple[str, str]]:
        """(name, language) of each voice of the chosen module."""
        rows = (line.split("\t") for line in self._command("LIST SYNTHESIS_VOICES"))
        return [(row[0], row[1]) for row in rows if len(row) > 1]

    def speak(self, text: str) -> str:
        """Queue a message.

        Returns:
            its number.

        Raises:
            Rung: the bell was rung before.
        """
        self._bell.wait(0)
        self._command("SPEAK")
        lines = _LINE_START_DOT.sub("..", _UNSPEAKABLE.sub(" ", text)).split("\n")
        return self._command("\r\n".join([*lines, "."]))[0]

    def cancel(self) -> None:
        """Silence this connection's messages, nobody else's."""
        self._command("CANCEL SELF")

    def next_event(self, limit_s: float) -> Event:
        """Wait for an event.

        Raises:
            Rung: the bell was rung.
        """
        deadline = time.monotonic() + limit_s
        while not self._events:
            self._receive(deadline, self._bell.wait)
        return self._events.popleft()

    def _command(self, text: str) -> list[str]:
        self._socket.sendall(f"{text}\r\n".encode(errors="replace"))
        deadline = time.monotonic() + ANSWER_S
        while (reply := self._receive(deadline, _wait)) is None:
            pass
        code, lines = reply
        if code >= _FIRST_ERROR:
            raise Refused(f"speech-dispatcher answered {code} {lines[-1]}")
        return lines[:-1]

    def _receive(self, deadline: float, wait: _Wait) -> tuple[int, list[str]] | None:
        """One reply; ``None`` when it was an event, which is kept."""
        lines = [self._line(deadline, wait)]
        while lines[-1][3:4] == "-":
            lines.append(self._line(deadline, wait))
        if not lines[-1][:3].isdecimal():
            raise ConnectionError("what listens there does not speak SSIP")
        code, rest = int(lines[-1][:3]), [line[4:] for line in lines]
        if not 700 <= code < 800:
            return code, rest
        self._events.append(Event(code, rest[0]))
        return None

    def _line(self, deadline: float, wait: _Wait) -> str:
        while not self._lines:
            if not wait(deadline - time.monotonic(), self._socket):
                raise TimeoutError("speech-dispatcher does not answer")
            received = self._socket.recv(_CHUNK)
            if not received:
                raise ConnectionResetError("speech-dispatcher ended the connection")
            *lines, self._rest = (self._rest + received).split(b"\r\n")
            self._lines.extend(lines)
        return self._lines.popleft().decode(errors="replace")


def _wait(seconds: float, *sockets: socket.socket) -> bool:
    ready, _, _ = select.select(sockets, [], [], max(0.0, seconds))
    return bool(ready)
