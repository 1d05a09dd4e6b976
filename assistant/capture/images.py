"""Qt's pictures <-> the engine's."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from engine import Pixels


def pixels_of(image: QImage) -> Pixels:
    """A Qt picture of any format as an array of its own.

    The device pixel ratio, a hint for drawing, changes nothing: every stored pixel counts.

    Args:
        image: not null; transparent parts are laid on white.

    Returns:
        RGB, uint8, shape (H, W, 3), C-contiguous.

    Raises:
        ValueError: the image is null.
    """
    if image.isNull():
        raise ValueError("Cannot take the pixels of a null image; check isNull() first.")
    opaque = _on_white(image) if image.hasAlphaChannel() else image
    rgb = opaque.convertToFormat(QImage.Format.Format_RGB888)
    width, height = rgb.width(), rgb.height()
    # Qt fills rows up to a multiple of four bytes.
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(height, rgb.bytesPerLine())
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def image_of(pixels: Pixels) -> QImage:
    """An array as a Qt picture that owns its memory.

    Args:
        pixels: RGB, uint8, shape (H, W, 3), C-contiguous.
    """
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _on_white(image: QImage) -> QImage:
    page = QImage(image.size(), QImage.Format.Format_RGB888)
    page.fill(Qt.GlobalColor.white)
    layer = QImage(image)
    layer.setDevicePixelRatio(1.0)
    painter = QPainter(page)
    painter.drawImage(0, 0, layer)
    painter.end()
    return page
