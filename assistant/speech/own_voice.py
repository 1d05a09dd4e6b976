"""The program's own voice beside the window: a queue of texts, cut short, paused and continued at once."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.speech.chain import VoiceChain
from assistant.speech.sentences import sentences
from assistant.speech.spoken_text import has_sound, spoken_text
from assistant.speech.voice import VoiceError

_log = logging.getLogger(__name__)

END_LIMIT_S = 1.0
"""How long a voice may take to end at the end of the program; no engine takes as long."""

STOP_AGAIN_MS = 40
"""A voice that was told to stop in the instant in which it began may not have noticed."""


@dataclass(slots=True)
class _Job:
    """A text that is read.

    Attributes:
        text: as it is shown.
        tag: what its failure is reported with.
        rest: its sentences that were not read to their end, prepared for speech; ``None`` before the first.
    """

    text: str
    tag: object
    rest: deque[str] | None = None


class OwnVoice(QObject):
    """Reads texts one after the other in a thread of its own; nothing here waits for a voice.

    Signals:
        failed(object, VoiceError): no voice could read the text with this tag.

    Args:
        chain: the voices.
        parent: keeps this object alive.
    """

    failed = Signal(object, object)

    def __init__(self, chain: VoiceChain, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chain = chain
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._current: _Job | None = None
        self._paused = self._closed = False
        self._thread: threading.Thread | None = None
        self._again = QTimer(self, singleShot=True, interval=STOP_AGAIN_MS)
        self._again.timeout.connect(self._stop_again)
        self._stopped_job: _Job | None = None

    def say(self, text: str, *, urgent: bool = True, tag: object = None) -> None:
        """Begin to read a text.

        Args:
            text: as it is shown; it is prepared for speech here.
            urgent: cut the one before short, unless the person wants texts to wait for each other.
            tag: what ``failed`` gives.
        """
        if urgent and not self.chain.reading.queue:
            self.stop()
        with self._changed:
            self._paused = False
            self._jobs.append(_Job(text, tag))
            self._changed.notify_all()
        self._begin()

    def stop(self) -> None:
        """Be silent at once and forget what waits."""
        with self._changed:
            self._jobs.clear()
            self._paused = False
            self._silence()

    def pause(self) -> None:
        """Be silent at once; ``resume`` begins with the sentence that was cut short."""
        with self._changed:
            if self._current and not self._paused:
                self._paused = True
                self._jobs.appendleft(self._current)
                self._silence()

    def resume(self) -> None:
        """Go on after ``pause``."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def close(self) -> None:
        """Be silent and end the thread, which may not outlive this object: what is of Qt dies in its own."""
        self.stop()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(END_LIMIT_S)

    @property
    def speaking(self) -> bool:
        """Whether a text is being read, or waits to be."""
        with self._changed:
            return bool(self._current or self._jobs) and not self._paused

    @property
    def paused(self) -> bool:
        """Whether a text was cut short and can be gone on with."""
        with self._changed:
            return self._paused

    def _silence(self) -> None:
        self._stopped_job, self._current = self._current, None
        self.chain.stop()
        self._again.start()

    def _stop_again(self) -> None:
        with self._changed:
            if self._current is None and self._stopped_job:
                self.chain.stop()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="own-voice", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while job := self._next():
            if job.rest is None:
                job.rest = deque(filter(has_sound, map(spoken_text, sentences(job.text))))
            try:
                self._read(job)
            except VoiceError as exc:
                if self._finish(job):
                    self.failed.emit(job.tag, exc)
            else:
                self._finish(job)

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._jobs and not self._paused))
            if self._closed:
                return None
            self._current = self._jobs.popleft()
            return self._current

    def _read(self, job: _Job) -> None:
        assert job.rest is not None
        while job.rest and self._is_current(job):
            self.chain.speak(job.rest[0])
            if self._is_current(job):
                job.rest.popleft()

    def _is_current(self, job: _Job) -> bool:
        with self._changed:
            return self._current is job

    def _finish(self, job: _Job) -> bool:
        """Make room for the next text; False when this one was cut short."""
        with self._changed:
            wanted = self._current is job
            if wanted:
                self._current = None
            self._stopped_job = None
            return wanted
