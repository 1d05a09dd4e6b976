"""The camera window with frames from the test, and once with a real video file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine import Pixels, read_image
from tests.assistant.windows.camera.room import (
    DESK,
    FRONT,
    SAMPLES,
    FakeSource,
    Room,
)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    room = Room(qtbot, FakeSource(FRONT, DESK))
    room.window.show()
    yield room
    room.window.close()


@pytest.fixture(scope="module")
def face_on_the_left() -> Pixels:
    photo = read_image(SAMPLES / "astronaut.jpg")[:320]
    return np.pad(photo, ((60, 0), (0, 400), (0, 0)), constant_values=128)


@pytest.fixture(scope="module")
def face_on_the_right(face_on_the_left: Pixels) -> Pixels:
    return np.ascontiguousarray(face_on_the_left[:, ::-1])
