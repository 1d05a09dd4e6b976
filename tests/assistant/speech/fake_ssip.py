"""A speech-dispatcher that answers as version 0.11.4 does, until it is told to misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

VOICES = {
    "espeak-ng": (
        ("Afrikaans", "af", "none"),
        ("Vietnamese (Northern)", "vi", "none"),
        ("Vietnamese (Northern)+Adam", "vi", "Adam"),
        ("Vietnamese (Southern)", "vi-VN-X-SOUTH", "none"),
    ),
    "natural": (("Mai", "vi_VN", "female"), ("Violet", "vic", "female")),
}
READS = ("701 BEGIN", "702 END")

_ANSWERS = {
    "CLIENT_NAME": "208 OK CLIENT NAME SET",
    "LANGUAGE": "201 OK LANGUAGE SET",
    "RATE": "203 OK RATE SET",
    "PITCH": "204 OK PITCH SET",
    "VOLUME": "218 OK VOLUME SET",
    "PRIORITY": "202 OK PRIORITY SET",
    "OUTPUT_MODULE": "216 OK OUTPUT MODULE SET",
    "SYNTHESIS_VOICE": "209 OK VOICE SET",
    "NOTIFICATION": "220 OK NOTIFICATION SET",
}


class FakeSsip:
    """Listens on a socket; use as a context.

    Args:
        path: the socket.
        voices: module -> (name, language, variant) of its voices.
        events: what is sent after a message was queued.
        refuses: beginning of a command -> the answer it gets.
        mute: a command that begins so, and all that follow, get no answer.
        dies: at a command that begins so the connection ends.

    Attributes:
        commands: what all clients sent, in order.
        texts: the messages, as they travelled.
    """

    def __init__(
        self,
        path: Path,
        *,
        voices: Mapping[str, Sequence[tuple[str, str, str]]] = VOICES,
        events: Sequence[str] = READS,
        refuses: Mapping[str, str] | None = None,
        mute: str | None = None,
        dies: str | None = None,
    ) -> None:
        self.voices, self.events, self.refuses = voices, events, refuses or {}
        self.mute, self.dies = mute, dies
        self.commands: list[str] = []
        self.texts: list[str] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._connections:
            connection.close()
        self._listener.close()
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection.dup())  # an open end, so that mute ones stay connected
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        module = next(iter(self.voices), "dummy")
        with connection, connection.makefile("rwb") as stream:
            while line := stream.readline().decode().rstrip("\r\n"):
                self.commands.append(line)
                if self.dies is not None and line.startswith(self.dies):
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                if self.mute is not None and line.startswith(self.mute):
                    self.mute = ""
                    continue
                if line.startswith("SET SELF OUTPUT_MODULE"):
                    module = line.split()[-1]
                answer = self._answer(line, module)
                stream.write(f"{answer}\r\n".encode())
                stream.flush()
                if answer.startswith("230"):
                    stream.write(self._take_text(stream.readline))
                    stream.flush()

    def _take_text(self, read_line: object) -> bytes:
        lines: list[str] = []
        while (line := read_line().decode()) != ".\r\n":  # type: ignore[operator]
            lines.append(line.rstrip("\r\n"))
        self.texts.append("\n".join(lines))
        number = len(self.texts)
        replies = [f"225-{number}", "225 OK MESSAGE QUEUED"]
        for event in self.events:
            replies += [f"{event[:3]}-{number}", f"{event[:3]}-1", event]
        return "".join(f"{reply}\r\n" for reply in replies).encode()

    def _answer(self, line: str, module: str) -> str:
        for start, answer in self.refuses.items():
            if line.startswith(start):
                return answer
        words = line.split()
        rows: Sequence[str]
        if words[0] == "SET":
            return _ANSWERS[words[2]]
        if words[0] == "GET":
            rows, end = [f"251-{module}"], "251 OK GET RETURNED"
        elif line == "LIST OUTPUT_MODULES":
            rows, end = [f"250-{name}" for name in self.voices], "250 OK MODULE LIST SENT"
        elif line == "LIST SYNTHESIS_VOICES":
            rows, end = ["249-" + "\t".join(voice) for voice in self.voices[module]], "249 OK VOICE LIST SENT"
        else:
            known = {"SPEAK": "230 OK RECEIVING DATA", "CANCEL SELF": "213 OK CANCELED"}
            return known.get(line, "500 ERR INVALID COMMAND")
        return "\r\n".join([*rows, end])
