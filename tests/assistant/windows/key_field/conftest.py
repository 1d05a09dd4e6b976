"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.assistant.windows.key_field.form import (
    Form,
)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(qtbot)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.field.setFocus()
    return form
