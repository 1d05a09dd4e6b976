"""One running program per person: a second start hands its wish to the first.

The socket can be opened by the same user only. A message is one line of JSON,
``{"wish": "describe-screen"}``; the answer is ``ok`` or ``unknown``.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from assistant.environment import APP_NAME

SHOW = "show"
"""The wish of a plain second start: bring the window up."""

READ_SCREEN = "read-screen"
"""The wish of ``viclipcap read --screen``; it has no hotkey."""

_TIME_LIMIT_MS = 1500
_LONGEST = 200
"""Bytes of a message; more is not ours."""

_log = logging.getLogger(__name__)


def socket_name() -> str:
    """A place only this user can look into, where the system has one; else a name of their own."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir():
        return str(Path(runtime) / f"{APP_NAME}.socket")
    user = hashlib.sha256(getpass.getuser().encode()).hexdigest()[:12]
    return f"{APP_NAME}-{user}"


def send_wish(wish: str, name: str = "") -> bool:
    """Hand a wish to the running program.

    Returns:
        False when no program is running, or it does not know the wish.
    """
    socket = QLocalSocket()
    socket.connectToServer(name or socket_name())
    if not socket.waitForConnected(_TIME_LIMIT_MS):
        return False
    socket.write(json.dumps({"wish": wish}).encode() + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(_TIME_LIMIT_MS)
    return answered and bytes(socket.readLine().data()).strip() == b"ok"


class Instance(QObject):
    """Listens for wishes of later starts.

    Signals:
        wished(str): one of the wishes that are known.

    Args:
        wishes: what may be wished for besides ``SHOW`` and ``READ_SCREEN``.
        name: of the socket.
    """

    wished = Signal(str)

    def __init__(self, wishes: Iterable[str], name: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes, self._name = frozenset((SHOW, READ_SCREEN, *wishes)), name or socket_name()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def listen(self) -> bool:
        """Become the one running program; call it only after ``send_wish`` found none.

        Returns:
            False when another start was quicker.
        """
        if self._server.listen(self._name):
            return True
        # What is left of a program that was killed; one that is alive would have answered.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(socket.deleteLater)

    def _on_ready(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket):
            return
        if not socket.canReadLine():
            if socket.bytesAvailable() > _LONGEST:
                socket.abort()
            return
        wish = _parse(bytes(socket.readLine(_LONGEST).data()))
        known = wish in self._wishes
        socket.write(b"ok\n" if known else b"unknown\n")
        socket.flush()
        socket.disconnectFromServer()
        if known and wish is not None:
            self.wished.emit(wish)
        else:
            _log.warning("another program sent something unknown")


def _parse(line: bytes) -> str | None:
    try:
        wish = json.loads(line)["wish"]
    except (ValueError, KeyError, TypeError):
        return None
    return wish if isinstance(wish, str) else None
