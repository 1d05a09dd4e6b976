"""Qt without a screen, unless a test starts one of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _collect_in_this_thread() -> Iterator[None]:
    """As the app does, see ``assistant.collecting``; what a test left behind is collected at its end."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()
