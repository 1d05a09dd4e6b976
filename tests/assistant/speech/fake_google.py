"""Google's speech endpoint on this computer: its real answer format, and every way it can fail."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from assistant.speech.sound_files import encode_mp3

RATE = 24000

Answer = Callable[["FakeGoogle", BaseHTTPRequestHandler, str], None]


def tone_mp3(seconds: float = 0.5) -> bytes:
    """A tone as Google's voice comes: MP3, one channel, 24 kHz."""
    times = np.arange(int(RATE * seconds)) / RATE
    return encode_mp3((9000 * np.sin(2 * np.pi * 220 * times)).astype(np.int16), RATE)


def envelope(mp3: bytes) -> bytes:
    """The answer of the real service: a line that guards against scripts, a length, nested JSON."""
    sound = json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":"))
    line = json.dumps([["wrb.fr", "jQ1olc", sound, None, None, None, "generic"]], separators=(",", ":"))
    return f')]}}\'\n\n{len(line)}\n{line}\n25\n[["e",4,null,null,139]]\n'.encode()


@dataclass
class FakeGoogle:
    """What was asked of the service, and how it answers.

    Attributes:
        answer: called with this, the request's handler and the text; may be replaced at any time.
        texts: what was to be read, in order; slow ones begin with "slow: ".
        headers: of the newest request.
        paths: as they stood in the requests; a proxy gets whole addresses.
    """

    answer: Answer
    url: str = ""
    texts: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        (request,) = urllib.parse.parse_qs(body, strict_parsing=False)["f.req"]
        rpc, parameter = json.loads(request)[0][0][:2]
        assert rpc == "jQ1olc"
        text, language, slow, _ = json.loads(parameter)
        assert language == "vi"
        self.texts.append(f"slow: {text}" if slow else text)
        self.headers = dict(handler.headers.items())
        self.paths.append(handler.path)
        self.answer(self, handler, text)


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def speaks(seconds: float = 0.5) -> Answer:
    body = envelope(tone_mp3(seconds))
    return lambda _, handler, __: send(handler, body)


def answers(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda _, handler, __: send(handler, body, status, **headers)


def waits(seconds: float) -> Answer:
    """The right answer, too late, unless the test has ended."""
    body = envelope(tone_mp3())

    def answer(google: FakeGoogle, handler: BaseHTTPRequestHandler, _: str) -> None:
        google.ended.wait(seconds)
        send(handler, body)

    return answer


def drips(interval_s: float) -> Answer:
    """The right answer, one byte at a time."""
    body = envelope(tone_mp3())

    def answer(google: FakeGoogle, handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if google.ended.wait(interval_s):
                handler.close_connection = True
                return

    return answer


def breaks_off() -> Answer:
    """The connection ends within the answer."""
    body = envelope(tone_mp3())

    def answer(_: FakeGoogle, handler: BaseHTTPRequestHandler, __: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return answer


@contextmanager
def serve(answer: Answer, certificate: Path | None = None) -> Iterator[FakeGoogle]:
    """A running service; with a certificate and its key in one file it speaks TLS."""
    google = FakeGoogle(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            try:
                google.take(self)
            except ConnectionError:  # the caller had enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests' output is read by people."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: a caller that refuses the certificate is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    google.url = f"{scheme}://127.0.0.1:{server.server_port}/_/TranslateWebserverUi/data/batchexecute"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield google
    finally:
        google.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class FakePlayer:
    """Plays a file for as long as it is told, and is silent when stopped.

    Attributes:
        played: the bytes and the volume of each file.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.played: list[tuple[bytes, int]] = []
        self.started = threading.Event()
        self._seconds = seconds
        self._stop = threading.Event()

    def play(self, path: Path, volume: int) -> None:
        self._stop.clear()  # like a real player, it knows of no stop from before
        self.played.append((path.read_bytes(), volume))
        self.started.set()
        self._stop.wait(self._seconds)

    def stop(self) -> None:
        self._stop.set()


def eventually(condition: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    """Whether a condition comes true in time."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
