"""The settings window, used with the keyboard."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.assistant.windows.settings.desk import (
    Desk,
)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)
