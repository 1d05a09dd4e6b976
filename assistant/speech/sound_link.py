"""The parent's end of the sound process: starts it, waits for it, ends it when it hangs.

Blocking: for a thread beside the window's. ``stop`` is the exception, it comes from any thread and at once.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from assistant.speech.sound_process import serve
from assistant.speech.voice import VoiceError, VoiceFault

SILENCE_LIMIT_S = 5.0
"""A child that says nothing for so long, not even that it is ready, hangs."""

STOP_LIMIT_S = 0.05
"""How long a sound may go on after a stop before the child is ended."""

Message = dict[str, Any]
_Events = queue.SimpleQueue[tuple[object, Message]]

_log = logging.getLogger(__name__)


class _Child:
    """A running sound process. What it says goes into the events, ``ended`` as the last of it.

    Attributes:
        ready: it takes orders.
        ended: it takes none any more.
        began: ``time.monotonic()`` of its start.
    """

    def __init__(self, serve: Callable[[Connection, int], None], events: _Events) -> None:
        self.ready = self.ended = False
        self.began = time.monotonic()
        self._events = events
        self._connection, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(
            target=serve, args=(theirs, logging.getLogger().level), name="viclipcap sound", daemon=True
        )
        self._process.start()
        theirs.close()  # so that the death of the child is the end of our file
        threading.Thread(target=self._listen, name="sound link", daemon=True).start()

    @property
    def process_id(self) -> int | None:
        return self._process.pid

    def send(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # it has died, which is told through the events
            self._connection.send_bytes(json.dumps(message).encode())

    def kill(self) -> None:
        self.ended = True
        self._process.kill()

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._events.put((self, json.loads(self._connection.recv_bytes())))
        self.kill()
        self._events.put((self, {"ended": True}))
        self._process.join()  # leaves no zombie
        self._connection.close()


class SoundLink:
    """Sends orders to a sound process, which is started by the first one and kept.

    Args:
        serve: main function of the child.
    """

    def __init__(self, serve: Callable[[Connection, int], None] = serve) -> None:
        self._serve = serve
        self._events: _Events = queue.SimpleQueue()
        self._ids = itertools.count(1)
        self._one_at_a_time = threading.Lock()
        self._current = 0
        self._child: _Child | None = None

    def order(self, do: str, **details: str | int) -> Message:
        """Have something done and wait for its end; a second order waits for the first.

        Args:
            do: see ``assistant.speech.sound_process``.
            details: likewise.

        Returns:
            The answer; empty after a ``stop``.

        Raises:
            VoiceError: it was not done, the child hangs (TIMED_OUT) or died (FAILED).
        """
        with self._one_at_a_time:
            self._current = next(self._ids)
            try:
                answer = self._carry({"id": self._current, "do": do, **details})
            finally:
                self._current = 0
        if answer.get("fault"):
            raise VoiceError(f"{do}: {answer['detail']}", VoiceFault(answer["fault"]))
        return answer

    def stop(self) -> None:
        """Make the running order return within 50 ms; does not wait for that. Nothing runs: does nothing."""
        if current := self._current:
            self._events.put((self, {"stop": current}))

    def close(self) -> None:
        """End the child; the next order starts a new one."""
        self.stop()
        if self._child:
            self._child.kill()

    @property
    def process_id(self) -> int | None:
        """Of the child; ``None`` when there is none."""
        return self._child.process_id if self._child and not self._child.ended else None

    def _carry(self, order: Message) -> Message:
        child, order_id = self._living_child(), order["id"]
        if not child.ready:
            if "stop" in self._next(child, order_id, child.began + SILENCE_LIMIT_S):
                return {}
            child.ready = True
        child.send(order)
        while True:
            event = self._next(child, order_id, time.monotonic() + SILENCE_LIMIT_S)
            if "stop" in event:
                return self._halt(child, order_id)
            if event.get("id") == order_id:
                return event

    def _halt(self, child: _Child, order_id: int) -> Message:
        child.send({"do": "stop"})
        deadline = time.monotonic() + STOP_LIMIT_S
        with contextlib.suppress(VoiceError):  # it has ended or is ended: silent as well
            while self._next(child, order_id, deadline).get("id") != order_id:
                pass
        return {}

    def _next(self, child: _Child, order_id: int, deadline: float) -> Message:
        """The child's next message, or a stop of this order; late ones of others are dropped."""
        while True:
            try:
                source, event = self._events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                _log.warning("the sound process hangs and is ended")
                child.kill()
                raise VoiceError("the sound process hangs", VoiceFault.TIMED_OUT) from None
            if source is child and "ended" in event:
                raise VoiceError("the sound process ended", VoiceFault.FAILED)
            if source is child or event.get("stop") == order_id:
                return event

    def _living_child(self) -> _Child:
        if self._child is None or self._child.ended:
            try:
                self._child = _Child(self._serve, self._events)
            except OSError as exc:
                raise VoiceError(f"the sound process did not start: {exc}", VoiceFault.FAILED) from exc
        return self._child
