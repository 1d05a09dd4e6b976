"""The folder window on real folders and a real job: one picture at a time, pauses, restarts, errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.assistant.windows.folder.room import Room, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "Ảnh hè", "1.png", "2.png", "10.png", "hỏng.png", "trong/x.png")


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    room = Room(qtbot, tmp_path / "state")
    yield room
    room.window.close()


@pytest.fixture
def held(room: Room) -> Room:
    """Each picture waits for the test to answer."""
    room.describer.held = True
    return room
