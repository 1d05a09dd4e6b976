"""Says things to the person: through the screen reader where one listens, else with the program's own voice.

Never both. Nothing said here takes the focus, and everything said is also shown in the window.
"""

from __future__ import annotations

import logging
import unicodedata

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from assistant.settings import SpeechOutput
from assistant.speech.own_voice import OwnVoice

_log = logging.getLogger(__name__)

Politeness = QAccessible.AnnouncementPoliteness


class Announcer(QObject):
    """Speaks results and status messages.

    Args:
        source: the object in whose name the screen reader is told; the main window.
        voice: the program's own voice; ``None`` where the computer has none.
        output: who speaks; ``auto`` takes the screen reader when an assistive technology is connected.
    """

    def __init__(self, source: QObject, voice: OwnVoice | None, output: SpeechOutput = "auto") -> None:
        super().__init__(source)
        self._source, self._voice = source, voice
        self.output: SpeechOutput = output

    def announce(self, text: str, *, urgent: bool = True) -> None:
        """Say a text now.

        Args:
            text: what is said; composed to NFC, since voices spell decomposed letters.
            urgent: interrupt what the screen reader is saying.
        """
        text = unicodedata.normalize("NFC", text)
        if self.speaks_through_reader:
            event = QAccessibleAnnouncementEvent(self._source, text)
            event.setPoliteness(Politeness.Assertive if urgent else Politeness.Polite)
            QAccessible.updateAccessibility(event)
        elif self._voice and self.output in ("auto", "own-voice"):
            self._voice.say(text)

    def stop(self) -> None:
        """Stop the program's own voice; a screen reader is stopped with its own key."""
        if self._voice:
            self._voice.stop()

    @property
    def speaks_through_reader(self) -> bool:
        """Whether the next text goes to a screen reader."""
        return self.output == "screen-reader" or (self.output == "auto" and QAccessible.isActive())
