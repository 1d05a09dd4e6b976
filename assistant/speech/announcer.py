"""Says things to the person: finds out who is to speak, and has it said once.

Nothing said here takes the focus, and everything said is also shown in the window.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication

from assistant.speech.choice import Reading
from assistant.speech.own_voice import END_LIMIT_S, OwnVoice
from assistant.speech.readers.reader import BrailleDisplay, Reader
from assistant.speech.router import Overrides, Situation, Speaker, speakers
from assistant.speech.voice import VoiceError

_log = logging.getLogger(__name__)

Politeness = QAccessible.AnnouncementPoliteness


@dataclass(frozen=True, slots=True)
class Ears:
    """What listens besides this program. The function may block for a moment: it is called beside the window.

    Attributes:
        find_reader: the screen reader that is running now.
        display: a braille display without a screen reader; ``None`` where there cannot be one.
    """

    find_reader: Callable[[], Reader | None]
    display: BrailleDisplay | None = None


class Pausing(StrEnum):
    """What became of a wish to pause, or to go on."""

    PAUSED = "paused"
    RESUMED = "resumed"
    NOTHING = "nothing-to-pause"
    """Nothing was being read by the own voice."""


@dataclass(slots=True, eq=False)
class _Sentence:
    """Something to say.

    Attributes:
        number: ascending.
        text: NFC.
        urgent: interrupt what is being said.
        focused: a window of this program had the focus when it was to be said.
        left: who can still be asked to speak it.
    """

    number: int
    text: str
    urgent: bool
    focused: bool
    left: tuple[Speaker, ...] = ()


class Announcer(QObject):
    """Speaks results and status messages; a sentence that is out of date is not begun.

    Signals:
        voice_failed(VoiceError): the own voice should have spoken and could not.

    Args:
        source: the object in whose name the screen reader is told; the main window.
        voice: the program's own voice.
        ears: who else listens.

    Attributes:
        overrides: the person's wishes; may be replaced at any time.
        reader: the screen reader that was running when last looked.
    """

    voice_failed = Signal(object)

    _announce_wanted = Signal(object)
    _voice_wanted = Signal(object)

    def __init__(self, source: QObject, voice: OwnVoice, ears: Ears) -> None:
        super().__init__(source)
        self.overrides = Overrides()
        self.reader: Reader | None = None
        self._source, self._voice, self._ears = source, voice, ears
        self._numbers = itertools.count(1)
        self._oldest = 0
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._announce_wanted.connect(self._raise_event)
        self._voice_wanted.connect(self._use_voice)
        voice.failed.connect(self._on_voice_failed)

    def set_reading(self, reading: Reading) -> None:
        """Let the own voice read in another way, from the next text on."""
        self._voice.chain.reading = reading

    @property
    def voice_name(self) -> str:
        """Name of the engine that makes the own voice; empty where none is installed."""
        usable = self._voice.chain.usable()
        return usable[0].name if usable else ""

    def announce(self, text: str, *, urgent: bool = True) -> None:
        """Say a text now.

        Args:
            text: what is said; composed to NFC, since voices spell decomposed letters.
            urgent: interrupt what is being said.
        """
        focused = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        text = unicodedata.normalize("NFC", text)
        sentence = _Sentence(next(self._numbers), text, urgent, focused)
        self._do(lambda: self._route(sentence))

    def look_for_reader(self) -> None:
        """Find out which screen reader is running, so that the first sentence need not wait for it."""
        self._do(self._look)

    def stop(self) -> None:
        """Be silent and drop what was not begun. A screen reader is stopped too, where it can be told."""
        self._oldest = next(self._numbers)
        self._voice.stop()
        self._do(self._stop_reader)

    def pause_or_resume(self) -> Pausing:
        """Pause the own voice, or go on."""
        if self._voice.paused:
            self._voice.resume()
            return Pausing.RESUMED
        if self._voice.speaking:
            self._voice.pause()
            return Pausing.PAUSED
        return Pausing.NOTHING

    def close(self) -> None:
        """Be silent and end the threads."""
        self.stop()
        self._work.put(None)
        if self._thread:
            self._thread.join(END_LIMIT_S)
        if self._ears.display:
            self._ears.display.close()
        self._voice.close()

    def _do(self, work: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
            self._thread.start()
        self._work.put(work)

    def _run(self) -> None:
        while work := self._work.get():
            work()

    def _look(self) -> None:
        reader = self._ears.find_reader()
        if (reader is None) != (self.reader is None):
            _log.info("screen reader: %s", reader.name if reader else "none")
        self.reader = reader

    def _route(self, sentence: _Sentence) -> None:
        self._look()
        reader = self.reader
        situation = Situation(
            focused=sentence.focused,
            reader=reader is not None,
            hears_announcements=reader is not None and reader.hears_announcements,
            has_channel=reader is not None and reader.has_channel,
            voice=bool(self._voice.chain.usable()),
        )
        sentence.left = speakers(situation, self.overrides)
        self._pass_on(sentence)

    def _pass_on(self, sentence: _Sentence) -> None:
        """Ask the next one to speak, until somebody takes the sentence."""
        while sentence.left and sentence.number > self._oldest:
            speaker, *left = sentence.left
            sentence.left = tuple(left)
            if speaker is Speaker.OWN_VOICE:
                self._voice_wanted.emit(sentence)
                return
            if speaker is Speaker.ANNOUNCEMENT:
                self._announce_wanted.emit(sentence)
                return
            if self.reader and self.reader.present(sentence.text, urgent=sentence.urgent):
                return
            _log.warning("the screen reader did not take a sentence")

    def _raise_event(self, sentence: _Sentence) -> None:
        event = QAccessibleAnnouncementEvent(self._source, sentence.text)
        event.setPoliteness(Politeness.Assertive if sentence.urgent else Politeness.Polite)
        QAccessible.updateAccessibility(event)

    def _use_voice(self, sentence: _Sentence) -> None:
        if sentence.number > self._oldest:
            self._voice.say(sentence.text, urgent=sentence.urgent, tag=sentence)
            if self._ears.display and self.reader is None:
                self._do(lambda: self._show_in_braille(sentence))

    def _on_voice_failed(self, sentence: _Sentence, error: VoiceError) -> None:
        self.voice_failed.emit(error)
        self._do(lambda: self._pass_on(sentence))

    def _show_in_braille(self, sentence: _Sentence) -> None:
        """A screen reader would do so by itself."""
        if self._ears.display and sentence.number > self._oldest:
            self._ears.display.show(sentence.text)

    def _stop_reader(self) -> None:
        if self.reader:
            self.reader.stop()
