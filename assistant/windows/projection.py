"""Where pixels of a picture of the desktop lie: on which screen, and where in the window that shows them.

Arithmetic only. A picture's pixels are counted from its own upper left corner, whatever the desktop's origin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.capture.desktop import Area, bounds
from assistant.capture.selection import Selection


@dataclass(frozen=True, slots=True)
class Projection:
    """A picture drawn from the upper left corner of a window.

    Attributes:
        wide, high: size of the picture, in pixels.
        scale: length in the window's coordinates of one pixel of the picture.
    """

    wide: int
    high: int
    scale: float

    @classmethod
    def fit(cls, picture: tuple[int, int], room: tuple[float, float], ratio: float) -> Projection:
        """Pixel for pixel on the screen where there is room, which is the rule; smaller where there is not.

        Args:
            picture: width and height, in pixels.
            room: width and height of the window, in its coordinates.
            ratio: the screen's pixels for one of these coordinates.
        """
        wide, high = picture
        return cls(wide, high, min(1 / ratio, room[0] / wide, room[1] / high))

    def to_picture(self, x: float, y: float) -> tuple[int, int]:
        """The corner between pixels that is nearest to a point of the window; never outside the picture."""
        return min(max(round(x / self.scale), 0), self.wide), min(max(round(y / self.scale), 0), self.high)

    def to_window(self, area: Area) -> tuple[float, float, float, float]:
        """Left, top, width and height of a part of the picture, in the window's coordinates."""
        scale = self.scale
        return area.left * scale, area.top * scale, area.width * scale, area.height * scale


def area_of(selection: Selection) -> Area:
    """The part of the picture that is selected."""
    return Area(selection.left, selection.top, selection.width, selection.height)


def screens_in_picture(screens: Sequence[Area], wide: int, high: int) -> tuple[Area, ...]:
    """Where each screen is in a picture of all of them.

    Args:
        screens: in the desktop's coordinates, whose origin and unit may be any.
        wide: of the picture, in pixels.
        high: of the picture, in pixels.
    """
    desktop = bounds(screens)
    across, down = wide / desktop.width, high / desktop.height

    def edges(start: int, length: int, factor: float) -> tuple[int, int]:
        first, last = round(start * factor), round((start + length) * factor)
        return first, last - first

    found = []
    for screen in screens:
        left, width = edges(screen.left - desktop.left, screen.width, across)
        top, height = edges(screen.top - desktop.top, screen.height, down)
        found.append(Area(left, top, width, height))
    return tuple(found)


def window_over(desktop: Area, anchor: tuple[int, int], ratio: float) -> Area:
    """The window that covers a desktop, in the coordinates of the screen it belongs to.

    Qt keeps a screen's corner where the system has it and divides distances from there by the screen's ratio.

    Args:
        desktop: in the screens' own pixels.
        anchor: upper left corner of the screen the window belongs to, in the same pixels.
        ratio: pixels of that screen for one of its coordinates.
    """
    left = math.floor(anchor[0] + (desktop.left - anchor[0]) / ratio)
    top = math.floor(anchor[1] + (desktop.top - anchor[1]) / ratio)
    return Area(left, top, math.ceil(desktop.width / ratio), math.ceil(desktop.height / ratio))


def screen_of(selection: Selection, screens: Sequence[Area]) -> Area:
    """The screen with most of a selection."""
    area = area_of(selection)

    def shared(screen: Area) -> int:
        both = area.clip(screen)
        return both.width * both.height

    return max(screens, key=shared)


def ninth(selection: Selection, screen: Area, number: int) -> Selection:
    """One of nine parts of a screen, counted like reading: 1 is the top left, 9 the bottom right one."""
    row, column = divmod(number - 1, 3)
    return selection.between(
        screen.left + column * screen.width // 3,
        screen.top + row * screen.height // 3,
        screen.left + (column + 1) * screen.width // 3,
        screen.top + (row + 1) * screen.height // 3,
    )
