"""How large a window opens."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FRAME_PX = 64
"""Left for the frame and title bar that the desktop puts around a window."""


def resize_for_text(window: QWidget, columns: int, lines: int) -> None:
    """Make room for text, so that larger text gets a larger window, as far as the screen allows.

    Args:
        window: not shown yet.
        columns: width in letters; the width of an M counts.
        lines: height in lines.
    """
    metrics = window.fontMetrics()
    wanted = QSize(columns * metrics.horizontalAdvance("M"), lines * metrics.lineSpacing())
    room = window.screen().availableSize() - QSize(_FRAME_PX, _FRAME_PX)
    window.resize(wanted.boundedTo(room))
