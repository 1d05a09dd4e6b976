"""Collects garbage in the window's thread only.

Python collects in whatever thread allocates. When that is a thread that waits for the engine or for keys, Qt
objects of a closed window would be destroyed there; their timers stay registered, and Qt crashes on the next.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 5000


class Collector(QObject):
    """Takes the collecting over from Python for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Give the collecting back to Python."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        due = [age for age, count in enumerate(gc.get_count()) if count > gc.get_threshold()[age] > 0]
        if due:
            gc.collect(max(due))
