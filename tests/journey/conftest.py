"""A desktop and the app on it, for the tests of one module."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.journey.desktop import Desktop, missing_parts
from tests.journey.running_app import App


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    if missing := missing_parts():
        pytest.skip(f"needs {missing}")
    with Desktop(tmp_path_factory.mktemp("session")) as session:
        settings = session.folder / "config" / "viclipcap" / "settings.json"
        settings.parent.mkdir()
        settings.write_text(json.dumps({"first_run_done": True, "sounds": False, "theme": "light"}))
        yield session


@pytest.fixture(scope="module")
def app(desktop: Desktop) -> App:
    return App(desktop)
