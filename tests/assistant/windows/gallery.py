"""Every window with something in it, for those who look at them all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QListWidget, QWidget

from assistant.capture.camera import CameraDevice
from assistant.capture.images import image_of, pixels_of
from assistant.capture.picture import Origin, Picture
from assistant.history import History
from assistant.messages import Messages
from assistant.model_shelf import ModelShelf
from assistant.settings import Settings
from assistant.windows.about import AboutWindow
from assistant.windows.batch import BatchWindow
from assistant.windows.camera import CameraWindow
from assistant.windows.first_run import Facts, FirstRunGuide, Trials
from assistant.windows.history import HistoryWindow
from assistant.windows.main_window import MainWindow
from assistant.windows.models import ModelsWindow
from assistant.windows.region import RegionSelector
from assistant.windows.settings import SettingsWindow
from assistant.windows.settings_pages import Choices
from assistant.windows.training import TrainingWindow, Workshop
from assistant.windows.training_inspection import Findings, Inspection
from engine import BUILTIN_MODELS, ModelInstaller, ModelStore, read_image
from tests.assistant.windows.camera.room import FakeSource
from tests.assistant.windows.settings.trials import NORTH, SOUTH, FakeTrials
from tests.assistant.windows.training.room import fake_command
from tests.assistant.windows.training.run_files import write_run
from tests.fakes import a_caption

MESSAGES = Messages("vi")
_CAT = Path(__file__).resolve().parents[3] / "resources" / "samples" / "cat.jpg"

PICTURE = Picture(read_image(_CAT), Origin.FILE, _CAT.name)
CAPTION = a_caption("một con mèo", confidence=0.7)

WHEN = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
FINDINGS = Findings(
    kind="own folder",
    splits={"train": (160, 480), "val": (20, 60), "test": (20, 60)},
    problems={"photo missing": ["cho-noi-2.jpg", "dinh-lang.jpg"], "empty caption": ["meo.jpg#2"]},
    usable=True,
    why_not="",
)

SETTINGS_FILE = Path("/home/lan/.config/viclipcap/settings.json")
"""Made up, so that the window looks the same wherever it is drawn."""

DESKTOP_PX = (1920, 1080)
_TITLE_PX = 36
_DARK, _GREY, _LIGHT = QColor("#202124"), QColor("#777777"), QColor("#dcdfe4")


@cache
def desktop() -> Picture:
    """A desktop with a panel and two windows: a letter, and the cat in front of it. Needs a QApplication."""
    image = QImage(*DESKTOP_PX, QImage.Format.Format_RGB32)
    image.fill(QColor("#1d4e89"))
    painter = QPainter(image)
    painter.fillRect(0, 1032, 1920, 48, _DARK)
    for left in range(16, 240, 56):
        painter.fillRect(left, 1040, 32, 32, QColor.fromHsv(left, 150, 230))
    _draw_window(painter, QRect(90, 90, 700, 640), "thư.txt")
    for line in range(14):
        painter.fillRect(120, 165 + 40 * line, 600 - line * 71 % 240, 12, _GREY)
    frame = QRect(560, 190, 902, 600 + _TITLE_PX)
    _draw_window(painter, frame, PICTURE.name)
    painter.drawImage(frame.adjusted(0, _TITLE_PX, 0, 0), image_of(PICTURE.pixels))
    painter.end()
    return Picture(pixels_of(image), Origin.SCREEN)


def _draw_window(painter: QPainter, frame: QRect, title: str) -> None:
    bar = QRect(frame.left(), frame.top(), frame.width(), _TITLE_PX)
    painter.fillRect(frame, Qt.GlobalColor.white)
    painter.fillRect(bar, _LIGHT)
    painter.setPen(_DARK)
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, title)


def _history_window(folder: Path) -> QWidget:
    history = History(folder, limit_bytes=10**7, limit_age=timedelta(days=3), clock=lambda: WHEN)
    history.add(CAPTION, PICTURE)
    return HistoryWindow(history, MESSAGES, confirm_delete=True)


def _guide(folder: Path) -> QWidget:
    facts = Facts(model="starter", model_mb=30, reader=False, voice="espeak-ng")
    trials = Trials(screen=lambda done: None, model=lambda done: None, voice=lambda: None)
    return FirstRunGuide(MESSAGES, facts, trials)


def _camera_window(folder: Path) -> QWidget:
    return CameraWindow(FakeSource(CameraDevice("1", "Máy ảnh thử")), MESSAGES, lambda text: None, "")


def _settings_window(folder: Path) -> QWidget:
    trials = FakeTrials(at_once={"espeak-ng": [NORTH, SOUTH]})
    return SettingsWindow(Settings(), MESSAGES, Choices(("starter",), voices=trials))


def _voice_page(folder: Path) -> QWidget:
    window = _settings_window(folder)
    pages = window.findChild(QListWidget)
    pages.setCurrentItem(pages.findItems(MESSAGES.text("voices.title"), Qt.MatchFlag.MatchExactly)[0])
    return window


def _models_window(folder: Path) -> QWidget:
    # A relative path looks the same on every computer.
    store = ModelStore([Path(os.path.relpath(BUILTIN_MODELS))])
    return ModelsWindow(ModelShelf(store, ModelInstaller(folder), lambda: "starter"), MESSAGES)


def _training_window(folder: Path, page: int, *states: str) -> QWidget:
    for number, state in enumerate(states):
        write_run(folder / "runs" / f"ảnh-làng-{number + 1}", state, epochs=2 + 2 * (state == "done"))
    store = ModelStore([Path(os.path.relpath(BUILTIN_MODELS))])
    shelf = ModelShelf(store, ModelInstaller(folder), lambda: "starter")
    window = TrainingWindow(Workshop(folder / "runs", shelf, fake_command, current="starter"), MESSAGES)
    window.show()  # which page is shown first depends on what is under way
    window.findChild(QListWidget, "training.pages").setCurrentRow(page)
    if states:
        window.findChild(Inspection).finished.emit(FINDINGS)
    return window


WINDOWS: dict[str, Callable[[Path], QWidget]] = {
    "main": lambda folder: MainWindow(MESSAGES),
    "settings": _settings_window,
    "voices": _voice_page,
    "models": _models_window,
    "training": lambda folder: _training_window(folder, 0, "done"),
    "training-options": lambda folder: _training_window(folder, 1),
    "training-empty": lambda folder: _training_window(folder, 2),
    "training-progress": lambda folder: _training_window(folder, 2, "training", "done"),
    "training-done": lambda folder: _training_window(folder, 2, "done"),
    "training-results": lambda folder: _training_window(folder, 3, "training"),
    "guide": _guide,
    "about": lambda folder: AboutWindow(MESSAGES, {"settings": SETTINGS_FILE}),
    "history": _history_window,
    "folder": lambda folder: BatchWindow(MESSAGES, folder, lambda path, done: None),
    "camera": _camera_window,
    "region": lambda folder: RegionSelector(desktop(), MESSAGES),
}
"""Name -> what makes the window, given an empty folder."""
