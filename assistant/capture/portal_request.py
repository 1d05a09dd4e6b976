"""One request to the desktop portal for a screenshot, over D-Bus.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Request.html
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import (
    SLOT,
    ClassInfo,
    Property,
    QMetaType,
    QObject,
    QTimer,
    QUrl,
    Slot,
)
from PySide6.QtDBus import (
    QDBusArgument,
    QDBusConnection,
    QDBusError,
    QDBusMessage,
    QDBusObjectPath,
    QDBusVariant,
)

from assistant.capture.picture import CaptureError, CaptureFault
from engine import ImageError, Pixels, read_image

_log = logging.getLogger(__name__)

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
SCREENSHOT = "org.freedesktop.portal.Screenshot"
PROPERTIES = "org.freedesktop.DBus.Properties"

Answered: TypeAlias = Callable[[Pixels | CaptureError], None]


class PortalTarget(IntEnum):
    """What the portal shows; the values are its own."""

    SCREEN = 1
    ACTIVE_WINDOW = 8


class _Response(IntEnum):
    SUCCESS = 0
    CANCELLED = 1


_FAULTS = {
    QDBusError.ErrorType.AccessDenied: CaptureFault.REFUSED,
    QDBusError.ErrorType.NoReply: CaptureFault.TIMED_OUT,
}


class ScreenshotRequest(QObject):
    """Asks the portal once, answers once.

    After the time limit it goes on listening: a person may still answer the system's question, and the
    file that comes then has to be deleted like any other.

    Args:
        bus: where the portal is.
        answered: takes the picture or the error; called from the event loop.
        parent: keeps this object alive.
    """

    def __init__(self, bus: QDBusConnection, answered: Answered, parent: QObject) -> None:
        super().__init__(parent)
        self._bus = bus
        self._answered: Answered | None = answered
        self._handle = ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._run_out)

    def send(self, target: PortalTarget | None, time_limit_s: float) -> None:
        """Ask.

        Args:
            target: what to show; ``None`` for a portal that knows no targets and shows the whole screen.
            time_limit_s: after this the answer is TIMED_OUT.
        """
        if not self._bus.isConnected():
            error = QDBusError(QDBusError.ErrorType.Disconnected, "the session bus has gone")
            self.rejected(error)
            return
        token = f"viclipcap_{secrets.token_hex(8)}"
        sender = self._bus.baseService().removeprefix(":").replace(".", "_")
        # The answer can come before the call returns, so the listening begins before the call.
        self._listen(f"{PATH}/request/{sender}/{token}")
        options = {"handle_token": QDBusVariant(token), "interactive": QDBusVariant(False)}
        if target is not None:
            options["target"] = _unsigned(self._bus, target)
        message = QDBusMessage.createMethodCall(SERVICE, PATH, SCREENSHOT, "Screenshot")
        message.setArguments(["", _vardict(options)])
        limit_ms = round(time_limit_s * 1000)
        self._timer.start(limit_ms)
        self._bus.callWithCallback(
            message, self, _slot("accepted(QDBusObjectPath)"), _slot("rejected(QDBusError)"), limit_ms
        )

    def _listen(self, handle: str) -> None:
        interface = "org.freedesktop.portal.Request"
        self._handle = handle
        self._bus.connect(SERVICE, handle, interface, "Response", self, _slot("responded(uint,QVariantMap)"))

    @Slot("QDBusObjectPath")
    def accepted(self, handle: QDBusObjectPath) -> None:
        """The portal took the request; before version 0.9 it chose another handle than the one asked for."""
        if handle.path() != self._handle:
            self._listen(handle.path())

    @Slot("QDBusError")
    def rejected(self, error: QDBusError) -> None:
        """The portal did not take the request; there will be no response."""
        fault = _FAULTS.get(error.type(), CaptureFault.FAILED)
        message = f"The desktop portal took no screenshot: {error.name()}: {error.message()}. Try again."
        self._answer(CaptureError(message, fault))
        self.deleteLater()

    @Slot("uint", "QVariantMap")
    def responded(self, response: int, results: dict[str, Any]) -> None:
        """The portal is done."""
        self._answer(_read(response, str(results.get("uri", ""))))
        self.deleteLater()

    def _run_out(self) -> None:
        self._answer(
            CaptureError(
                "The desktop portal did not answer in time. Look for a dialog that asks for permission.",
                CaptureFault.TIMED_OUT,
            )
        )

    def _answer(self, answer: Pixels | CaptureError) -> None:
        answered, self._answered = self._answered, None
        self._timer.stop()
        if answered:
            answered(answer)


def _read(response: int, uri: str) -> Pixels | CaptureError:
    """The picture of a response. Its file is deleted: it would stay in the person's folder of pictures."""
    path = Path(QUrl(uri).toLocalFile()) if QUrl(uri).isLocalFile() else None
    try:
        if response == _Response.CANCELLED:
            return CaptureError(
                "The desktop refused a screenshot. Allow it in the system's privacy settings.",
                CaptureFault.REFUSED,
            )
        if response != _Response.SUCCESS or path is None:
            return CaptureError(
                f"The desktop portal gave no screenshot: response {response}, address “{uri}”. Try again.",
                CaptureFault.FAILED,
            )
        return read_image(path)
    except ImageError as exc:
        return CaptureError(f"The desktop portal gave a bad screenshot: {exc}", CaptureFault.FAILED)
    finally:
        if path is not None:
            _delete(path)


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        _log.warning("could not delete a screenshot of the desktop portal: %s", exc.strerror)


def _slot(signature: str) -> Any:
    return SLOT(signature)  # a text, which is what QtDBus takes, whatever its stubs say of bytes


def _vardict(options: dict[str, QDBusVariant]) -> QDBusArgument:
    """Options as a{sv}; a plain ``dict`` would wrap each ``QDBusVariant`` in another variant."""
    argument = QDBusArgument()
    argument.beginMap(QMetaType(QMetaType.Type.QString.value), QMetaType.fromName(b"QDBusVariant"))
    for key, value in options.items():
        argument.beginMapEntry()
        argument.appendVariant(key)  # << would take the text for a list of letters
        argument << value
        argument.endMapEntry()
    argument.endMap()
    return argument


_NUMBER = "vn.viclipcap.Number"
_class_info: Any = ClassInfo  # whose stub does not say that it is called


@_class_info({"D-Bus Interface": _NUMBER})
class _Unsigned(QObject):
    """One number as a D-Bus property of type u."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def _get(self) -> int:
        return self._number

    number = Property("uint", _get)  # type: ignore[arg-type]  # the stubs know Python types only


def _unsigned(bus: QDBusConnection, number: int) -> QDBusVariant:
    """A variant of type u.

    WORKAROUND(PySide6 6.12): every Python int becomes a D-Bus i, which the portal refuses. A property of a
    registered object keeps its type, and a call to our own name is answered inside the process.
    """
    holder = _Unsigned(number)
    path = "/vn/viclipcap/number"
    bus.registerObject(path, holder, QDBusConnection.RegisterOption.ExportAllProperties)
    try:
        message = QDBusMessage.createMethodCall(bus.baseService(), path, PROPERTIES, "Get")
        message.setArguments([_NUMBER, "number"])
        variant: QDBusVariant = bus.call(message).arguments()[0]
        return variant
    finally:
        bus.unregisterObject(path)
