"""A training window, whose processes end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from assistant.windows.training_inspection import Inspection
from assistant.windows.training_runs import TrainingRuns
from tests.assistant.windows.training.room import Room

MakeRoom = Callable[..., Room]


@pytest.fixture
def make_room(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeRoom]:
    """Opens windows on the same runs and models; takes the keyword arguments of ``Room``."""
    rooms: list[Room] = []

    def make(**options: Any) -> Room:
        rooms.append(Room(qtbot, tmp_path, **options))
        return rooms[-1]

    yield make
    for room in rooms:
        inspection = room.window.findChild(Inspection)
        runs = room.window.findChild(TrainingRuns)
        assert inspection
        assert runs
        inspection.cancel()
        runs.close()
        for child in runs._children.values():
            child.process.kill()
            child.process.wait()
        room.window.close()


@pytest.fixture
def room(make_room: MakeRoom) -> Room:
    return make_room()
