"""Requests for captions: the newest wins, every one is answered, a dead or hanging engine is replaced."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.capture.picture import Picture
from assistant.engine_link import EngineLink
from assistant.engine_process import Answer, EngineDied, EngineHung, Work
from engine import CaptionOptions, Device

STILL_WORKING_MS = 2000
"""After this time a person wants to hear that something is going on."""

TIME_LIMIT_MS = 60_000
"""A request that takes longer hangs."""

CANCEL_LIMIT_MS = 1000
"""How long a cancelled request may go on before the engine is ended."""

_log = logging.getLogger(__name__)

_ids = itertools.count(1)
"""Of all services together, since several may share one engine."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One wish to have a picture described.

    Attributes:
        id: ascending.
        picture: what is described; ``None`` only loads the model.
        model: name or folder.
        options: how.
        began: ``time.monotonic()`` of the wish.
    """

    id: int
    picture: Picture | None
    model: str
    options: CaptionOptions
    began: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class _State:
    """What the service is busy with.

    Attributes:
        current: the engine works on it.
        waiting: comes next; a newer one takes its place.
        dropped: nobody waits for the answer to ``current`` any more.
    """

    current: Request | None = None
    waiting: Request | None = None
    dropped: bool = False


class CaptionService(QObject):
    """Describes pictures, one at a time; a newer request replaces the one that waits.

    Each request ends in exactly one of the first three signals.

    Signals:
        captioned(Request, Caption): described or refused by the gate.
        failed(Request, CaptionError): not described.
        cancelled(Request): replaced by a newer one or called off.
        still_working(Request): it takes longer than a moment.

    Args:
        link: the engine.
        release_after_s: idle time after which the model's memory is given back; 0 keeps it.
        device: says where the model is to run, asked for each request.
    """

    captioned = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)
    still_working = Signal(object)

    def __init__(
        self,
        link: EngineLink,
        *,
        release_after_s: float = 0,
        device: Callable[[], Device] = lambda: "auto",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._state, self._device = link, _State(), device
        self._cue = self._timer(self._on_long)
        self._limit = self._timer(self._on_limit)
        self._hard_cancel = self._timer(self._on_hard_cancel)
        self._idle = self._timer(self._on_idle)
        self.set_release_after(release_after_s)
        link.answered.connect(self._on_answered)
        link.died.connect(self._on_died)

    def request(
        self, picture: Picture | None, *, model: str, options: CaptionOptions | None = None
    ) -> Request:
        """Ask for a caption; whatever was asked before is cancelled.

        Args:
            picture: what to describe; ``None`` only loads the model.
            model: name or folder.
            options: how.
        """
        request = Request(next(_ids), picture, model, options or CaptionOptions())
        self._idle.stop()
        self.cancel(hard=False)
        self._state.waiting = request
        self._next()
        return request

    def cancel(self, *, hard: bool = True) -> None:
        """Call off what is running and waiting.

        Args:
            hard: end the engine if it does not come back soon; without it the work is only ignored.
        """
        state = self._state
        if state.waiting:
            waiting, state.waiting = state.waiting, None
            self.cancelled.emit(waiting)
        if state.current and not state.dropped:
            state.dropped = True
            self._cue.stop()
            self.cancelled.emit(state.current)
        if state.current and hard:
            self._hard_cancel.start(CANCEL_LIMIT_MS)

    def release(self) -> None:
        """Give the model's memory back; the next request loads it again."""
        self.cancel(hard=False)
        self._link.stop()

    def set_release_after(self, seconds: float) -> None:
        """Change the idle time after which the memory is given back; 0 keeps the model."""
        self._idle.setInterval(round(seconds * 1000))
        self._rest()

    @property
    def running_for_s(self) -> float | None:
        """Since when the newest request is being worked on, in seconds; ``None`` when there is none."""
        state = self._state
        request = state.waiting or (None if state.dropped else state.current)
        return None if request is None else time.monotonic() - request.began

    def _next(self) -> None:
        state = self._state
        if state.current or not state.waiting:
            return
        request, state.waiting, state.dropped = state.waiting, None, False
        state.current = request
        self._cue.start(STILL_WORKING_MS)
        self._limit.start(TIME_LIMIT_MS)
        pixels = request.picture.pixels if request.picture else None
        self._link.submit(Work(request.id, request.model, pixels, request.options, self._device()))

    def _finish(self, work_id: int) -> Request | None:
        """End the running request; returns it when somebody still waits for its answer."""
        state = self._state
        request = state.current
        if request is None or request.id != work_id:
            return None
        for timer in (self._cue, self._limit, self._hard_cancel):
            timer.stop()
        wanted = None if state.dropped else request
        state.current, state.dropped = None, False
        return wanted

    def _on_answered(self, answer: Answer) -> None:
        request = self._finish(answer.id)
        self._next()
        if request and answer.error:
            self.failed.emit(request, answer.error)
        elif request and answer.caption:
            self.captioned.emit(request, answer.caption)
        self._rest()

    def _on_died(self, work_id: int) -> None:
        hung = not self._limit.isActive()
        request = self._finish(work_id)
        self._next()
        if request:
            error = EngineHung("no answer in time") if hung else EngineDied("the engine process ended")
            self.failed.emit(request, error)

    def _on_long(self) -> None:
        if self._state.current and not self._state.dropped:
            self.still_working.emit(self._state.current)

    def _on_limit(self) -> None:
        _log.warning("the engine hangs and is ended")
        self._link.stop()

    def _on_hard_cancel(self) -> None:
        if self._state.current and self._state.dropped:
            _log.warning("the engine goes on after a cancel and is ended")
            self._link.stop()

    def _on_idle(self) -> None:
        if self._link.busy:  # with the work of another service
            self._idle.start()
        else:
            self._link.stop()

    def _rest(self) -> None:
        """Count the idle time from now."""
        if self._idle.interval() and not self._state.current:
            self._idle.start()
        else:
            self._idle.stop()

    def _timer(self, action: object) -> QTimer:
        timer = QTimer(self, singleShot=True)
        timer.timeout.connect(action)
        return timer
