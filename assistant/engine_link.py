"""The parent's end of the engine process: starts it, feeds it, notices its death."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from assistant.engine_process import Work, serve

_log = logging.getLogger(__name__)

_EXIT_S = 2.0
"""How long a process may take to end before it is killed."""


class EngineLink(Protocol):
    """Somebody who does one piece of work at a time."""

    @property
    def answered(self) -> SignalInstance:
        """Signal with an ``Answer``: work was done."""

    @property
    def died(self) -> SignalInstance:
        """Signal with an id: the process ended in the middle of this work."""

    @property
    def busy(self) -> bool:
        """Whether work is under way or waits."""

    def submit(self, work: Work) -> None:
        """Begin work when all earlier work is answered."""

    def stop(self) -> None:
        """End the process, also in the middle of work. The next work starts a new one."""


class EngineProcess(QObject):
    """An engine in a child process, started when the first work comes.

    A thread of its own writes requests and waits for answers, so that a process that hangs cannot hold up the
    window.

    Signals:
        answered(Answer), died(int): see ``EngineLink``.
    """

    answered = Signal(object)
    died = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._unanswered = 0
        threading.Thread(target=self._carry, name="engine link", daemon=True).start()

    def submit(self, work: Work) -> None:
        """See ``EngineLink``."""
        with self._lock:
            self._unanswered += 1
        self._work.put(work)

    @property
    def busy(self) -> bool:
        """See ``EngineLink``."""
        return self._unanswered > 0

    def stop(self) -> None:
        """See ``EngineLink``."""
        with self._lock:
            process, self._process = self._process, None
            self._connection = None
        if process is not None:
            process.kill()
            process.join(_EXIT_S)

    @property
    def process_id(self) -> int | None:
        """Of the child; ``None`` when there is none."""
        with self._lock:
            return self._process.pid if self._process and self._process.is_alive() else None

    def _carry(self) -> None:
        while True:
            work = self._work.get()
            try:
                connection = self._connected()
                connection.send(work)
                answer = connection.recv()
            except (EOFError, OSError) as exc:
                _log.warning("the engine process ended during request %d: %r", work.id, exc)
                self.stop()
                self._count_down()
                self.died.emit(work.id)
            else:
                self._count_down()
                self.answered.emit(answer)

    def _count_down(self) -> None:
        with self._lock:
            self._unanswered -= 1

    def _connected(self) -> Connection:
        with self._lock:
            if self._connection is None or self._process is None or not self._process.is_alive():
                ours, theirs = multiprocessing.Pipe()
                context = multiprocessing.get_context("spawn")
                level = logging.getLogger().level
                self._process = context.Process(
                    target=serve, args=(theirs, level), name="viclipcap engine", daemon=True
                )
                self._process.start()
                theirs.close()  # so that the death of the child is the end of our file
                self._connection = ours
            return self._connection
