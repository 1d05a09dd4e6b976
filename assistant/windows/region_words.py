"""Where a selection on the screen is, in words."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.capture.desktop import Area
from assistant.capture.selection import Selection
from assistant.messages import Messages
from assistant.windows.projection import area_of, screen_of


def place(selection: Selection, screens: Sequence[Area], messages: Messages) -> str:
    """Place and size in parts and in percent: of its screen, or of the desktop if it lies on several.

    Args:
        selection: on the picture of the desktop.
        screens: in the pixels of that picture.
        messages: the texts.
    """
    area, whole = area_of(selection), Area(0, 0, selection.wide, selection.high)
    if area == whole:
        return messages.text("region-window.whole")
    screen = screen_of(selection, screens)
    frame = screen if area.clip(screen) == area else whole
    sentence = messages.text(
        "region-window.place",
        part=messages.text(f"region-window.part-{_part(area, frame)}"),
        width=_percent(area.width, frame.width),
        height=_percent(area.height, frame.height),
        left=_percent(area.left - frame.left, frame.width),
        top=_percent(area.top - frame.top, frame.height),
    )
    if len(screens) == 1:
        return sentence
    if frame == whole:
        return f"{messages.text('region-window.several-screens')} {sentence}"
    return f"{messages.text('region-window.screen', number=screens.index(screen) + 1)} {sentence}"


def in_pixels(selection: Selection, messages: Messages) -> str:
    """Place and size in pixels of the desktop, for steps that are too small for percent."""
    return messages.text(
        "region-window.pixels",
        left=selection.left,
        top=selection.top,
        width=selection.width,
        height=selection.height,
    )


def _part(area: Area, frame: Area) -> int:
    """Number of the ninth of the frame that has the middle of an area."""
    column = (2 * (area.left - frame.left) + area.width) * 3 // (2 * frame.width)
    row = (2 * (area.top - frame.top) + area.height) * 3 // (2 * frame.height)
    return 1 + 3 * min(row, 2) + min(column, 2)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)
