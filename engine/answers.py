"""What a server's answer means for a download: go on, ask again later, or never."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.store_error import StoreError, StoreFault

if TYPE_CHECKING:
    import requests

_OK, _PARTIAL, _TIMEOUT, _RANGE_REFUSED, _TOO_MANY = 200, 206, 408, 416, 429
_FIRST_SERVER_ERROR = 500

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class FailedAttempt(Exception):
    """One mirror gave nothing, or not all.

    Attributes:
        hopeless: asking it again makes no sense.
    """

    def __init__(self, message: str, fault: StoreFault, *, hopeless: bool) -> None:
        super().__init__(message)
        self.error = StoreError(message, fault)
        self.hopeless = hopeless


def unreached(url: str, error: requests.RequestException) -> FailedAttempt:
    """Why no answer came."""
    import requests

    kinds = requests.exceptions
    message = f"{url} was not reached: {error}."
    if isinstance(error, kinds.SSLError):
        return FailedAttempt(message, StoreFault.UNTRUSTED, hopeless=True)
    # InvalidSchema: a SOCKS proxy without the package for it.
    if isinstance(error, kinds.ProxyError | kinds.InvalidProxyURL | kinds.InvalidSchema):
        return FailedAttempt(message, StoreFault.PROXY, hopeless=True)
    if isinstance(error, kinds.ReadTimeout):
        return FailedAttempt(message, StoreFault.SERVER_FAILED, hopeless=False)
    if isinstance(error, kinds.ConnectionError | kinds.Timeout):
        return FailedAttempt(message, StoreFault.OFFLINE, hopeless=False)
    return FailedAttempt(message, StoreFault.GONE, hopeless=True)


def refuse_errors(response: requests.Response, url: str) -> None:
    """Let only answers through that bring content.

    Raises:
        FailedAttempt: this one does not.
    """
    status = response.status_code
    if status in (_OK, _PARTIAL):
        return
    message = f"{url} was answered with {status} {response.reason}."
    if status >= _FIRST_SERVER_ERROR or status in (_TIMEOUT, _TOO_MANY):
        raise FailedAttempt(message, StoreFault.SERVER_FAILED, hopeless=False)
    raise FailedAttempt(message, StoreFault.GONE, hopeless=True)


def first_byte(response: requests.Response, url: str, size_bytes: int, asked: int) -> int:
    """Where in the file an answer begins; another size than the wanted one is another file.

    Args:
        response: the answer.
        url: for messages.
        size_bytes: of the wanted file.
        asked: the first byte that was asked for.

    Raises:
        FailedAttempt: the answer is of no use.
    """
    other = FailedAttempt(f"{url} has another size than promised.", StoreFault.DAMAGED, hopeless=True)
    if response.status_code == _RANGE_REFUSED:
        raise other
    refuse_errors(response, url)
    if response.status_code == _OK:
        if response.headers.get("Content-Length", str(size_bytes)) != str(size_bytes):
            raise other
        return 0
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != asked:
        raise FailedAttempt(
            f"{url} sent another range than asked for.", StoreFault.SERVER_FAILED, hopeless=True
        )
    if found[2] not in ("*", str(size_bytes)):
        raise other
    return asked
