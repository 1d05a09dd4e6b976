"""Takes the orders of the sound process and answers them; ``assistant.speech.sound_process`` lists them."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.speech.sound_acts import Act, Chime, Order, Playing, Speech
from assistant.speech.voice import VoiceError, VoiceFault

_log = logging.getLogger(__name__)

_BEAT_MS = 1000


class Inbox(QObject):
    """Reads orders in a thread of its own, so that the end of the parent is noticed whatever hangs here.

    Signals:
        ordered(dict): somebody wants something.
    """

    ordered = Signal(object)

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        threading.Thread(target=self._read, name="sound orders", daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                order = json.loads(self._connection.recv_bytes())
            except (EOFError, OSError):
                os._exit(0)  # the main thread may never come back from a sound device
            self.ordered.emit(order)


class Desk(QObject):
    """Carries out orders, one at a time.

    Args:
        connection: where answers go.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._act: Act | None = None
        self._chimes: dict[str, Chime] = {}
        self._speeches: dict[str, Speech] = {}
        self._beat = QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self._on_beat)

    def obey(self, order: Order) -> None:
        """Begin, or stop, something."""
        if order["do"] == "stop":
            if self._act:
                self._act.stop()
            return
        try:
            self._begin(order)
        except VoiceError as exc:
            self._answer(order["id"], exc.fault, str(exc))
        except Exception as exc:  # the parent waits for an answer, whatever went wrong
            _log.exception("%s", order["do"])
            self._answer(order["id"], VoiceFault.FAILED, repr(exc))

    def send(self, **message: Any) -> None:
        """Tell the parent something."""
        with contextlib.suppress(OSError):  # it is gone, and the inbox ends this process
            self._connection.send_bytes(json.dumps(message).encode())

    def _begin(self, order: Order) -> None:
        if order["do"] == "voices":
            voices = self._speech(order["engine"]).voices()
            self.send(id=order["id"], fault=None, detail="", voices=voices)
            return
        # A sound that has ended is dropped only now: its last samples may still be on their way to the ear.
        self._act = self._act_for(order)
        self._beat.start()
        self._act.begin(order, partial(self._answer, order["id"]))

    def _act_for(self, order: Order) -> Act:
        match order["do"]:
            case "play":
                return Playing()
            case "chime":
                return self._chime(order["path"])
            case _:
                return self._speech(order["engine"])

    def _chime(self, path: str) -> Chime:
        if path not in self._chimes:
            self._chimes[path] = Chime(path)
        return self._chimes[path]

    def _speech(self, engine: str) -> Speech:
        if engine not in self._speeches:
            self._speeches[engine] = Speech(engine)
        return self._speeches[engine]

    def _answer(self, order_id: int, fault: VoiceFault | None, detail: str) -> None:
        self._beat.stop()
        self.send(id=order_id, fault=fault, detail=detail)

    def _on_beat(self) -> None:
        self.send(beat=True)
