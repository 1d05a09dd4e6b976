"""A window on the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.windows.model_run import ModelRun
from tests.assistant.windows.models.room import Room


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    room = Room(qtbot, tmp_path)
    yield room
    run = room.window.findChild(ModelRun)
    assert run
    run.close()
    room.window.close()
