"""Why a model could not be fetched, imported, packed or removed."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from engine.contract import CaptionError


class StoreFault(StrEnum):
    """What went wrong, each with a sentence of its own for the person."""

    OFFLINE = "offline"
    """No server was reached."""
    PROXY = "proxy"
    """The proxy that the environment names does not let the program through."""
    UNTRUSTED = "untrusted"
    """The certificate of the server is not valid."""
    INTERRUPTED = "interrupted"
    """The connection broke or fell silent again and again; what came is kept."""
    GONE = "gone"
    """The server has no such file, or gives it to nobody."""
    SERVER_FAILED = "server-failed"
    """The server has a fault of its own, or too much to do."""
    DAMAGED = "damaged"
    """The bytes are not those that were promised: size or SHA-256 differ."""
    CANCELLED = "cancelled"
    """The person called it off."""
    NO_SPACE = "no-space"
    """Found before beginning; has the values ``needed_mb`` and ``free_mb``."""
    DISK_FULL = "disk-full"
    """Found in the middle."""
    READ_ONLY = "read-only"
    """The folder of the models may not be written, or a file in it is in use."""
    FAILED = "failed"
    """The disk refused for another reason."""
    BUSY = "busy"
    """Models are being changed by another window or command."""
    BAD_CATALOGUE = "bad-catalogue"
    """It cannot be read, or contradicts the model it offers."""
    NO_ADDRESS = "no-address"
    """The catalogue does not say where the files are."""
    UNSAFE = "unsafe"
    """A name points out of the model's folder."""
    NOT_A_MODEL = "not-a-model"
    """There is no ``config.json`` there that this program can use."""
    SEVERAL_MODELS = "several-models"
    """The folder or zip file holds more than one."""
    UNREADABLE = "unreadable"
    """The folder or zip file cannot be read: damaged, locked with a password, taken out."""
    BORROWED = "borrowed"
    """Its graphs contain networks of others, which are not ours to pass on."""
    NOT_OWN = "not-own"
    """The model came with the program, or was put where the program does not keep models."""


class StoreError(CaptionError):
    """The models on this computer are as they were.

    Attributes:
        fault: the reason, for wording it to the person.
        values: what that wording has places for.
    """

    def __init__(self, message: str, fault: StoreFault, **values: object) -> None:
        super().__init__(message)
        self.fault = fault
        self.values = values


@contextmanager
def storing(action: str) -> Iterator[None]:
    """What the system refuses while files are written, as a ``StoreError``.

    Args:
        action: what is being done, to continue "Cannot".
    """
    try:
        yield
    except OSError as exc:
        raise StoreError(f"Cannot {action}: {exc}.", _disk_fault(exc)) from exc


def _disk_fault(error: OSError) -> StoreFault:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreFault.READ_ONLY
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFault.DISK_FULL
    return StoreFault.FAILED
