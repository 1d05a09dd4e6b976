"""One request to the desktop portal for a screenshot, over D-Bus.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Request.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import TypeAlias

from jeepney import DBusAddress, HeaderFields, Message, new_method_call
from PySide6.QtCore import QCoreApplication, QObject, QTimer, QUrl, Signal

from assistant.capture.picture import CaptureError, CaptureFault
from assistant.dbus import BusError, SessionBus
from engine import ImageError, Pixels, read_image

_log = logging.getLogger(__name__)

_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
SCREENSHOT = DBusAddress(_PATH, _NAME, "org.freedesktop.portal.Screenshot")

_LISTEN_LIMIT_S = 600.0
"""So long may a person look at the system's question. Then the connection ends, and the question with it."""

Answered: TypeAlias = Callable[[Pixels | CaptureError], None]


class PortalTarget(IntEnum):
    """What the portal shows; the values are its own."""

    SCREEN = 1
    ACTIVE_WINDOW = 8


class _Response(IntEnum):
    SUCCESS = 0
    CANCELLED = 1


_FAULTS = {
    "org.freedesktop.DBus.Error.AccessDenied": CaptureFault.REFUSED,
    "org.freedesktop.DBus.Error.NoReply": CaptureFault.TIMED_OUT,
}


class ScreenshotRequest(QObject):
    """Asks the portal once, answers once. A thread of its own waits for the portal.

    After the time limit it goes on listening: a person may still answer the system's question, and the
    file that comes then has to be deleted like any other. Until then the application keeps this object alive.

    Args:
        answered: takes the picture or the error; called from the event loop.
    """

    _finished = Signal(object)

    def __init__(self, answered: Answered) -> None:
        super().__init__(QCoreApplication.instance())
        self._answered = answered
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._run_out)
        self._finished.connect(self._on_finished)

    def send(self, target: PortalTarget | None, time_limit_s: float) -> None:
        """Ask.

        Args:
            target: what to show; ``None`` for a portal that knows no targets and shows the whole screen.
            time_limit_s: after this the answer is TIMED_OUT.
        """
        self._timer.start(round(time_limit_s * 1000))
        self._thread = Thread(target=self._run, args=(target,), name="screenshot-portal", daemon=True)
        self._thread.start()

    def _run(self, target: PortalTarget | None) -> None:
        self._finished.emit(_take(target))

    def _on_finished(self, answer: Pixels | CaptureError) -> None:
        # The thread is at its end. It lets go of this object before the event loop deletes it: what is of Qt
        # may not die in another thread.
        self._thread.join()
        self.deleteLater()
        if self._timer.isActive():
            self._timer.stop()
            self._answered(answer)

    def _run_out(self) -> None:
        self._answered(
            CaptureError(
                "The desktop portal did not answer in time. Look for a dialog that asks for permission.",
                CaptureFault.TIMED_OUT,
            )
        )


def _take(target: PortalTarget | None) -> Pixels | CaptureError:
    """The picture, however long it takes."""
    try:
        with SessionBus() as bus:
            response, results = _ask(bus, target).body
    except BusError as exc:
        fault = _FAULTS.get(exc.name or "", CaptureFault.FAILED)
        return CaptureError(f"The desktop portal took no screenshot: {exc}. Try again.", fault)
    return _read(response, str(results.get("uri", ("s", ""))[1]))


def _ask(bus: SessionBus, target: PortalTarget | None) -> Message:
    """The portal's response to a new request.

    Raises:
        BusError: the portal did not take the request, or there was no response.
    """
    options = {"handle_token": ("s", f"viclipcap_{token_hex(8)}"), "interactive": ("b", False)}
    if target is not None:
        options["target"] = ("u", int(target))
    # The response can come before the call returns, so the listening begins before the call. It is for all
    # requests because a portal before version 0.9 chooses another handle than the one asked for.
    bus.subscribe(sender=_NAME, interface=_REQUEST, member="Response", path_namespace=f"{_PATH}/request")
    (handle,) = bus.call(new_method_call(SCREENSHOT, "Screenshot", "sa{sv}", ("", options)))
    while True:
        message = bus.next_signal(_LISTEN_LIMIT_S)
        if message.header.fields[HeaderFields.path] == handle:
            return message


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
