"""Short sounds that say how a request goes, before and without words.

They are played by a sound process of their own. Opening the sound device in the window's process was measured
to hang it for good where the sound server accepts connections and does not answer. A warm child is as quick:
30 ms from ``play`` to the first sample at the device, of which crossing to the child is about 1 ms. The child
is not the one that speaks, so that a sound does not wait for a voice, nor the other way round.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject

from assistant.speech.player import Player
from assistant.speech.sound_link import SoundLink
from assistant.speech.voice import VoiceError

SOUNDS = Path(__file__).resolve().parents[2] / "resources" / "sounds"

_log = logging.getLogger(__name__)


class Earcon(StrEnum):
    """The sounds; the values are the names of their files."""

    START = "start"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Earcons(QObject):
    """Plays sounds and never waits for them; a new one cuts the old one.

    Args:
        volume: percent; 0 switches sounds off.
        link: the sound process; ``None`` makes one, which starts with the first sound.
    """

    def __init__(
        self, volume: int = 60, parent: QObject | None = None, *, link: SoundLink | None = None
    ) -> None:
        super().__init__(parent)
        self.volume = volume
        self._worker = _Worker(Player(link or SoundLink()))

    def play(self, earcon: Earcon) -> None:
        """Begin to play a sound; a computer without a sound device stays silent."""
        if self.volume > 0:
            self._worker.play(earcon, self.volume)


class _Worker:
    """Plays the newest wish in a thread of its own; ends with the program."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._wish: tuple[Earcon, int] | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def play(self, earcon: Earcon, volume: int) -> None:
        self._player.stop()  # before the wish is known, so that it is never the new sound that is cut
        with self._changed:
            self._wish = earcon, volume
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="earcons", daemon=True)
                self._thread.start()

    def _next_wish(self) -> tuple[Earcon, int]:
        with self._changed:
            while self._wish is None:
                self._changed.wait()
            wish, self._wish = self._wish, None
            return wish

    def _run(self) -> None:
        while True:
            earcon, volume = self._next_wish()
            try:
                self._player.chime(SOUNDS / f"{earcon}.wav", volume)
            except VoiceError as exc:
                _log.info("%s is not heard: %s", earcon, exc)
