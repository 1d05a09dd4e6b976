"""The training window as the app opens it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from assistant.environment import training_folder, user_models
from assistant.preferences import Preferences
from assistant.settings import Settings, SettingsStore
from assistant.windows.opener import Opener
from assistant.windows.training import TrainingWindow
from tests.assistant.windows.training.room import MESSAGES
from tests.assistant.windows.training.run_files import write_run
from tests.store_models import make_model


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


def opened(qtbot: QtBot, opener: Opener, current: str = "starter") -> TrainingWindow:
    opener.open_training(current)
    window = opener._open["training"]
    assert isinstance(window, TrainingWindow)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def main_window(qtbot: QtBot) -> QWidget:
    main = QWidget()
    qtbot.addWidget(main)
    return main


@pytest.fixture
def opener(main_window: QWidget) -> Opener:
    return Opener(main_window, MESSAGES)


def test_runs_are_in_the_apps_own_folder(qtbot: QtBot, opener: Opener, tmp_path: Path) -> None:
    assert training_folder().is_relative_to(tmp_path / "DATA")
    write_run(training_folder() / "làng", "done")
    window = opened(qtbot, opener)
    assert window._runs.names == ["làng"]
    window.close()
    assert opened(qtbot, opener) is window


def test_the_model_in_use_is_the_base_at_first_and_new_models_can_be_bases(
    qtbot: QtBot, opener: Opener
) -> None:
    make_model(user_models(), "của-tôi")
    window = opened(qtbot, opener, "của-tôi")
    base = window.findChild(QComboBox, "training.base")
    assert base.currentText() == "của-tôi"
    window.close()
    make_model(user_models(), "mới")
    opened(qtbot, opener)
    assert base.currentText() == "của-tôi"
    assert [base.itemText(row) for row in range(base.count())] == ["của-tôi", "mới", "starter"]


@pytest.mark.parametrize("installed", [True, False])
def test_whether_training_is_installed(
    qtbot: QtBot, opener: Opener, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    monkeypatch.setattr(
        "assistant.training_launch.package_version", lambda name: "1.0" if installed else None
    )
    told: list[str] = []
    opener.told.connect(told.append)
    opened(qtbot, opener)
    assert [sentence.startswith("Chưa có phần huấn luyện. Cài bằng lệnh:") for sentence in told] == [
        True for _ in range(not installed)
    ]


def test_a_model_that_is_to_be_used_is_saved_and_the_old_one_released(
    qtbot: QtBot, opener: Opener, tmp_path: Path
) -> None:
    """GIVEN "use this model", THEN the settings choose it, and the engine lets go of the model it holds."""
    write_run(training_folder() / "làng", "done")
    window = opened(qtbot, opener)
    store = SettingsStore(tmp_path / "settings.json")
    describer = SimpleNamespace(settings=Settings())
    parts: Any = SimpleNamespace(window=window, opener=opener, describer=describer, store=store)
    kept = Preferences(parts, MESSAGES)
    released: list[bool] = []
    opener.models_changed.connect(lambda: released.append(True))
    with qtbot.waitSignal(opener.model_wanted, timeout=5000):
        window._use("làng")
    assert kept.settings.model == store.load().model == "làng"
    assert released == [True]
