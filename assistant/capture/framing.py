"""Helps to aim a camera without seeing: where faces are in the frame -> words.

Faces are found, never recognised: nothing is compared with anybody, and nothing outlives one look. The
picture is not mirrored, so its left is the camera's left.

Which way to move must hold for both ways of using a camera. In the hand, it goes left with a person who moves
left, and the face goes right in the frame. On the desk, it faces the person: who moves left goes right in the
frame. So a face on the left asks for "move yourself to the left" either way, while "move the camera to the
left" would send whoever faces the camera the wrong way. Up and down have no such trap: when the camera is
raised, the face sinks in the frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from assistant.messages import Messages

if TYPE_CHECKING:
    from engine import Pixels

LOOK_SIZE_PX = 320
"""Longest side of the picture that is examined; a look takes 20 to 60 ms of one core."""

_SMALLEST_FACE_PX = 24  # what the cascade was trained on
_SCALE_STEP = 1.15
_NEIGHBOURS = 3

_THIRD = 1 / 3
_MARGIN = 0.03  # a face goes on counting as off-centre this far, or it would flicker between two advices
_EDGE = 0.02
_NEAR = 0.55  # of the picture's height: the crown or the chin is about to leave the frame
_FAR = 0.15  # of the picture's height: less than a person shown down to the waist
_DARK = 40.0
_BLURRED = 30.0  # sharp photos have hundreds at this size, those shaken until nothing can be read below 30

HINTS_AT_ONCE = 2
"""More cannot be kept in mind while moving."""

ADVICE_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is, relative to the picture: 0 is its left or upper edge, 1 its right or lower one."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class View:
    """What one look at a picture finds.

    Attributes:
        faces: in no order.
        brightness: mean grey value, 0 to 255.
        sharpness: variance of the Laplacian of the grey picture, ``LOOK_SIZE_PX`` on its longest side.
    """

    faces: tuple[Face, ...]
    brightness: float
    sharpness: float


class Hint(StrEnum):
    """One thing to know or to do; the values are keys of the messages ``framing.*``."""

    TOO_DARK = "too-dark"
    NO_FACE = "no-face"
    LOST_LEFT = "lost-left"
    LOST_RIGHT = "lost-right"
    LOST_TOP = "lost-top"
    LOST_BOTTOM = "lost-bottom"
    TOO_NEAR = "too-near"
    TOO_FAR = "too-far"
    CUT = "cut"
    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    WELL_FRAMED = "well-framed"
    BLURRED = "blurred"


_LOST = {
    Hint.LEFT: Hint.LOST_LEFT,
    Hint.RIGHT: Hint.LOST_RIGHT,
    Hint.TOP: Hint.LOST_TOP,
    Hint.BOTTOM: Hint.LOST_BOTTOM,
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What could be better about a picture.

    Attributes:
        faces: how many there are; the hints are about the largest.
        hints: the most urgent first; at least one.
    """

    faces: int
    hints: tuple[Hint, ...]


def look(pixels: Pixels) -> View:
    """Examine a picture: faces, brightness, sharpness.

    Faces are found with the frontal cascade that comes with OpenCV (Viola and Jones, 2001). It misses faces
    from the side and most that are cut by the edge.

    Args:
        pixels: (H, W, 3) uint8 RGB.
    """
    scale = min(1.0, LOOK_SIZE_PX / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    sharpness = float(np.var(cv2.Laplacian(grey, cv2.CV_64F)))
    return View(_detect(grey), float(grey.mean()), sharpness)


@cache
def _cascade() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"))


def _detect(grey: NDArray[np.uint8]) -> tuple[Face, ...]:
    height, width = grey.shape
    smallest = (_SMALLEST_FACE_PX, _SMALLEST_FACE_PX)
    boxes = _cascade().detectMultiScale(
        grey, scaleFactor=_SCALE_STEP, minNeighbors=_NEIGHBOURS, minSize=smallest
    )
    return tuple(Face(x / width, y / height, w / width, h / height) for x, y, w, h in boxes)


def advise(view: View, previous: Advice | None) -> Advice:
    """Say what could be better.

    Args:
        view: what the last look found.
        previous: the advice before, which keeps a face near a border from flickering and remembers on which
            side a lost face was.
    """
    dark = (Hint.TOO_DARK,) if view.brightness < _DARK else ()
    blurred = (Hint.BLURRED,) if not dark and view.sharpness < _BLURRED else ()
    before = previous.hints if previous else ()
    if view.faces:
        largest = max(view.faces, key=lambda face: face.width * face.height)
        about_face = _face_hints(largest, before)
    else:
        # In the dark no face is found, whether there is one or not.
        about_face = () if dark else (_missing(before),)
    return Advice(len(view.faces), (*dark, *about_face, *blurred))


def _missing(before: tuple[Hint, ...]) -> Hint:
    side = next((_LOST.get(hint, hint) for hint in before if hint in _LOST or hint in _LOST.values()), None)
    return side or Hint.NO_FACE


def _face_hints(face: Face, before: tuple[Hint, ...]) -> tuple[Hint, ...]:
    hints: list[Hint] = []
    cut = [face.left < _EDGE, face.top < _EDGE, face.right > 1 - _EDGE, face.bottom > 1 - _EDGE]
    if face.height > _NEAR or (cut[0] and cut[2]) or (cut[1] and cut[3]):
        hints.append(Hint.TOO_NEAR)
    elif any(cut):
        hints.append(Hint.CUT)
    elif face.height < _FAR:
        hints.append(Hint.TOO_FAR)
    across = _side(face.left, face.right, (Hint.LEFT, Hint.RIGHT), before)
    down = _side(face.top, face.bottom, (Hint.TOP, Hint.BOTTOM), before)
    hints += [side for side in (across, down) if side]
    return tuple(hints) or (Hint.WELL_FRAMED,)


def _side(low: float, high: float, sides: tuple[Hint, Hint], before: tuple[Hint, ...]) -> Hint | None:
    """Which outer third the middle of a face is in; a face cut at one edge counts as beyond it."""
    cut_low, cut_high = low < _EDGE, high > 1 - _EDGE
    if cut_low != cut_high:
        return sides[0] if cut_low else sides[1]
    middle = (low + high) / 2
    for side, distance in zip(sides, (middle, 1 - middle), strict=True):
        if distance < _THIRD + (_MARGIN if side in before else 0):
            return side
    return None


def words(advice: Advice, messages: Messages) -> str:
    """One or two short sentences, and how many faces there are when there are several."""
    several = advice.faces > 1
    face = messages.text("framing.largest-face" if several else "framing.face")
    sentences = [messages.text("framing.several", count=advice.faces)] if several else []
    sentences += [messages.text(f"framing.{hint}", face=face) for hint in advice.hints[:HINTS_AT_ONCE]]
    return " ".join(sentences)


class Debouncer:
    """Lets an advice through when it is new, has settled, and the one before was long enough ago.

    Settled means offered twice in a row: the cascade misses a face now and then.

    Args:
        interval_s: least time between two advices.
        clock: seconds that only grow.
    """

    def __init__(
        self, interval_s: float = ADVICE_EVERY_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._offered = self._let_through = ""
        self._quiet_until_s = clock()

    def offer(self, text: str) -> bool:
        """Whether to say this now; offered again and again, it is let through once."""
        settled = text == self._offered
        self._offered = text
        if not settled or text == self._let_through or self._clock() < self._quiet_until_s:
            return False
        self._let_through = text
        self.pause(self._interval_s)
        return True

    def pause(self, seconds: float) -> None:
        """Let nothing through for a while."""
        self._quiet_until_s = self._clock() + seconds
