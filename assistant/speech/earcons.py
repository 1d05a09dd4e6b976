"""Short sounds that say how a request goes, before and without words."""

from __future__ import annotations

import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

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
    """Plays sounds. The sound library is loaded with the first one.

    Args:
        volume: percent; 0 switches sounds off.
    """

    def __init__(self, volume: int = 60, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.volume = volume
        self._effects: dict[Earcon, QSoundEffect] = {}

    def play(self, earcon: Earcon) -> None:
        """Begin to play a sound; a computer without a sound device stays silent."""
        if self.volume <= 0:
            return
        effect = self._effects.get(earcon)
        if effect is None:
            effect = self._effects[earcon] = self._load(earcon)
        effect.setVolume(self.volume / 100)
        effect.play()

    def _load(self, earcon: Earcon) -> QSoundEffect:
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

        if QMediaDevices.defaultAudioOutput().isNull():
            _log.info("no sound device: sounds are not heard")
        effect = QSoundEffect(self)
        effect.setSource(QUrl.fromLocalFile(str(SOUNDS / f"{earcon}.wav")))
        return effect
