"""A rectangle that is chosen on a picture of the desktop, by keys or by dragging. Arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass, replace

SMALLEST_PX = 32
"""Shortest side of a selection; less is not worth a description."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a picture that is ``wide`` by ``high`` pixels; always inside it and never too small.

    Attributes:
        wide, high: size of the whole picture, in pixels.
        left, top, width, height: of the part, in pixels of the picture.
    """

    wide: int
    high: int
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0

    def whole(self) -> Selection:
        """Everything."""
        return Selection(self.wide, self.high, 0, 0, self.wide, self.high)

    def moved(self, right: int, down: int) -> Selection:
        """The same size elsewhere, as far as there is room."""
        return replace(self, left=self.left + right, top=self.top + down)._inside()

    def resized(self, wider: int, higher: int) -> Selection:
        """The same corner, another size."""
        return replace(self, width=self.width + wider, height=self.height + higher)._inside()

    def between(self, x1: int, y1: int, x2: int, y2: int) -> Selection:
        """The part between two corners, whichever comes first."""
        left, right = sorted((x1, x2))
        top, bottom = sorted((y1, y2))
        return Selection(self.wide, self.high, left, top, right - left, bottom - top)._inside()

    def _inside(self) -> Selection:
        width = min(max(self.width, min(SMALLEST_PX, self.wide)), self.wide)
        height = min(max(self.height, min(SMALLEST_PX, self.high)), self.high)
        left = min(max(self.left, 0), self.wide - width)
        top = min(max(self.top, 0), self.high - height)
        return Selection(self.wide, self.high, left, top, width, height)
