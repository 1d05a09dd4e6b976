"""Files from servers: resumed after every kind of break, taken from mirrors in turn, checked by SHA-256.

Proxies of the environment are honoured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.answers import FailedAttempt, first_byte, refuse_errors, unreached
from engine.part_file import PartFile
from engine.store_error import StoreError, StoreFault, storing
from engine.transfer import Transfer

if TYPE_CHECKING:
    import requests

_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When a server counts as dead.

    Attributes:
        connect_s: to accept a connection.
        silence_s: longest silence within an answer.
        pauses_s: waited in turn after a round of all mirrors that brought nothing new; after the last the
            download fails. A round that brings something begins them anew.
    """

    connect_s: float = 10.0
    silence_s: float = 30.0
    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be fetched.

    Attributes:
        urls: where it is, tried in turn; at least one.
        size_bytes, sha256: what it must be, wherever it comes from.
        part: may hold the beginning; holds the whole in the end.
        progressed: called with the bytes that ``part`` has.
    """

    urls: Sequence[str]
    size_bytes: int
    sha256: str
    part: PartFile
    progressed: Callable[[int], object]


class Downloader:
    """Fetches files over one session.

    Args:
        transfer: calls it off.
        patience: see there.
    """

    def __init__(self, transfer: Transfer, patience: Patience) -> None:
        import requests  # 15 MB and a tenth of a second, which describing a picture does not need

        self._transfer, self._patience = transfer, patience
        self._session = requests.Session()
        # Compressed on the way, sizes and ranges would be those of something else.
        self._session.headers["Accept-Encoding"] = "identity"

    def fetch(self, wanted: Wanted) -> None:
        """Fetch a file, or the rest of it.

        Raises:
            StoreError: what came is kept in its part file, unless it is wrong.
        """
        alive, pauses = list(wanted.urls), iter(self._patience.pauses_s)
        while True:
            before = wanted.part.size
            failed = self._round(alive, wanted)
            if failed is None:
                return
            if wanted.part.size > before:
                pauses = iter(self._patience.pauses_s)
            pause = next(pauses, None)
            if not alive or pause is None:
                broken = failed.fault is StoreFault.OFFLINE and wanted.part.size
                raise StoreError(str(failed), StoreFault.INTERRUPTED) if broken else failed
            self._transfer.pause(pause)

    def content(self, url: str, limit_bytes: int) -> bytes:
        """Fetch something small.

        Raises:
            StoreError: it cannot be had, or is larger than ``limit_bytes``.
        """
        content = bytearray()
        try:
            with self._answer(url, {}) as response:
                refuse_errors(response, url)
                for chunk in self._chunks(response, url):
                    content += chunk
                    if len(content) > limit_bytes:
                        raise FailedAttempt(f"{url} is too large.", StoreFault.DAMAGED, hopeless=True)
        except FailedAttempt as exc:
            raise exc.error from exc
        return bytes(content)

    def _round(self, alive: list[str], wanted: Wanted) -> StoreError | None:
        """Try each mirror once; strike out those that are hopeless. ``None``: the file is there."""
        error = None
        for url in tuple(alive):
            try:
                self._from_mirror(url, wanted)
            except FailedAttempt as exc:
                error = exc.error
                if exc.hopeless:
                    alive.remove(url)
            else:
                return None
        return error

    def _from_mirror(self, url: str, wanted: Wanted) -> None:
        resumed = wanted.part.size > 0
        self._complete(url, wanted)
        if wanted.part.sha256() == wanted.sha256:
            return
        wanted.part.forget()
        if not resumed:
            raise FailedAttempt(f"{url} is not the file that is wanted.", StoreFault.DAMAGED, hopeless=True)
        # The beginning may have come from another version, or another mirror.
        self._from_mirror(url, wanted)

    def _complete(self, url: str, wanted: Wanted) -> None:
        part, size = wanted.part, wanted.size_bytes
        if part.size > size:
            part.forget()
        wanted.progressed(part.size)
        if part.path.exists() and part.size == size:
            return
        with self._answer(url, part.resume_headers(url)) as response:
            offset = first_byte(response, url, size, part.size)
            part.remember(url, response.headers)
            done = self._write(self._chunks(response, url), wanted, offset)
        if done > size:
            part.forget()
            raise FailedAttempt(f"{url} is larger than promised.", StoreFault.DAMAGED, hopeless=True)
        if done < size:
            message = f"{url} ended after {done} of {size} bytes."
            raise FailedAttempt(message, StoreFault.INTERRUPTED, hopeless=False)

    def _write(self, chunks: Iterator[bytes], wanted: Wanted, offset: int) -> int:
        """Append to the part, or begin it anew; returns the bytes that came in all."""
        path = wanted.part.path
        with storing(f"write {path}"), path.open("ab" if offset else "wb") as file:
            for chunk in chunks:
                offset += len(chunk)
                if offset > wanted.size_bytes:
                    break
                file.write(chunk)
                wanted.progressed(offset)
            file.flush()
            os.fsync(file.fileno())
        return offset

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        import requests

        limits = (self._patience.connect_s, self._patience.silence_s)
        try:
            response = self._session.get(url, headers=headers, stream=True, timeout=limits)
        except requests.RequestException as exc:
            self._transfer.check()
            raise unreached(url, exc) from exc
        with response:
            yield response

    def _chunks(self, response: requests.Response, url: str) -> Iterator[bytes]:
        """What has come, as soon as it has come; a silent server can be left."""
        from urllib3.exceptions import HTTPError

        # ``iter_content`` would wait until a chunk is full.
        raw: Any = response.raw
        while True:
            try:
                with self._transfer.woken_by(partial(_shut, raw)):
                    chunk = raw.read1(_CHUNK_BYTES, decode_content=False)
            except (HTTPError, OSError, ValueError) as exc:  # ValueError: TLS that was shut down by cancel()
                self._transfer.check()
                raise FailedAttempt(
                    f"{url} broke off: {exc}.", StoreFault.INTERRUPTED, hopeless=False
                ) from exc
            self._transfer.check()
            if not chunk:
                return
            yield chunk


def _shut(raw: Any) -> None:
    # It may have come to its end, or been closed by the server, a moment ago.
    with suppress(ValueError, RuntimeError, OSError):
        raw.shutdown()
