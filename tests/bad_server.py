"""A web server on this computer that misbehaves as servers do, in the way a test asks for."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Manners:
    """How a path is served.

    Attributes:
        content: what is there.
        etag: its ETag; empty sends none.
        ranges: whether ``Range`` is honoured.
        die_after: bytes of an answer after which the connection is cut; ``None`` never.
        deaths: how many answers die; after that all is well.
        status: answered instead of the content, while ``failures`` lasts.
        failures: how many answers have that status.
        length: Content-Length to promise; ``None`` is the truth, -1 sends none.
        redirect: address sent to instead.
        drip_s: pause after each 100 bytes.
        silent_after: bytes after which nothing more comes until the server ends; ``None`` never.
    """

    content: bytes = b""
    etag: str = ""
    ranges: bool = True
    die_after: int | None = None
    deaths: int = 10**6
    status: int = 200
    failures: int = 10**6
    length: int | None = None
    redirect: str = ""
    drip_s: float = 0.0
    silent_after: int | None = None


@dataclass
class BadServer:
    """The server, and what it was asked.

    Attributes:
        address: without a path.
        files: path -> how it is served; paths that are absent are answered with 404.
        asked: each request's path and ``Range`` header.
        headers: of each request.
        closing: the server ends.
    """

    address: str = ""
    files: dict[str, Manners] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def ranges(self, path: str) -> list[str]:
        """The ``Range`` headers of the requests for a path; empty where there was none."""
        return [wanted for asked, wanted in self.asked if asked == path]


def tag(content: bytes) -> str:
    """A strong ETag."""
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@contextmanager
def serving(**files: bytes) -> Iterator[BadServer]:
    """Run a server in a thread.

    Args:
        files: name -> content, served without fault as ``/name`` until the test says otherwise.
    """
    server = BadServer(files={f"/{name}": Manners(content) for name, content in files.items()})
    http = _Http(server)
    server.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, bad: BadServer) -> None:
        self.bad = bad
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        # A proxy is asked for the whole address.
        path = "/" + self.path.partition("://")[2].partition("/")[2] if "://" in self.path else self.path
        bad = self.server.bad
        bad.asked.append((path, self.headers.get("Range", "")))
        bad.headers.append(dict(self.headers.items()))
        manners = bad.files.get(path, Manners(status=404))
        if manners.status != 200 and manners.failures > 0:
            manners.failures -= 1
            self._head(manners.status, {"Content-Length": "0"})
        elif manners.redirect:
            self._head(302, {"Location": manners.redirect, "Content-Length": "0"})
        else:
            self._content(manners)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _content(self, manners: Manners) -> None:
        headers = {"ETag": manners.etag} if manners.etag else {}
        status, first = 200, 0
        if manners.ranges and self.headers.get("If-Range") in (None, manners.etag):
            first = int(self.headers.get("Range", "bytes=0-")[6:-1])
        body = manners.content[first:]
        if first:
            total = len(manners.content)
            status = 206 if body else 416
            headers["Content-Range"] = f"bytes {first}-{total - 1}/{total}" if body else f"bytes */{total}"
        if manners.length == -1:
            headers["Connection"] = "close"
        else:
            length = len(body) if manners.length is None or first else manners.length
            headers["Content-Length"] = str(length)
        self._head(status, headers)
        self._send(manners, body)

    def _send(self, manners: Manners, body: bytes) -> None:
        if manners.die_after is not None and manners.deaths > 0:
            manners.deaths -= 1
            body = body[: manners.die_after]
            self.close_connection = True
        if manners.length is not None:
            self.close_connection = True
        now = body if manners.silent_after is None else body[: manners.silent_after]
        try:
            self._write(now, manners.drip_s)
            if len(now) < len(body):
                self.server.bad.closing.wait(30)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _write(self, content: bytes, drip_s: float) -> None:
        step = 100 if drip_s else len(content) or 1
        for begin in range(0, len(content), step):
            self.wfile.write(content[begin : begin + step])
            time.sleep(drip_s)
