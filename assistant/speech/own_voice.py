"""The program's own voice: a separate program that reads one text at a time and can be cut short."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QProcess

from assistant.speech.voices import Voice

_log = logging.getLogger(__name__)

_END_MS = 200
"""How long a voice that was killed may take to be gone."""


class OwnVoice(QObject):
    """Reads texts aloud without holding up the window; a new text cuts the old one short.

    Args:
        voice: the program.
    """

    def __init__(self, voice: Voice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._process = QProcess(self)
        self._process.errorOccurred.connect(self._on_error)

    def say(self, text: str) -> None:
        """Begin to read a text."""
        self.stop()
        program, *arguments = self._voice.command
        self._process.start(program, [*arguments, text])

    def stop(self) -> None:
        """Be silent at once."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(_END_MS)

    @property
    def speaking(self) -> bool:
        """Whether a text is being read."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            _log.warning("%s could not speak: %s", self._voice.name, self._process.errorString())
