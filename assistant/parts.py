"""What the app is made of."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from assistant.batch.describer import FileDescriber
from assistant.batch.several import SeveralFiles
from assistant.captioning import CaptionService
from assistant.capture.screen import Screen
from assistant.describing import Describer
from assistant.hotkeys.manager import Hotkeys
from assistant.instance import Instance
from assistant.settings import SettingsStore
from assistant.windows.main_window import MainWindow
from assistant.windows.opener import Opener
from assistant.windows.tray import Tray


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the app is made of; ``assistant.app`` puts it together."""

    qt: QApplication
    store: SettingsStore
    window: MainWindow
    screen: Screen
    describer: Describer
    service: CaptionService
    files: FileDescriber
    several: SeveralFiles
    opener: Opener
    tray: Tray | None
    hotkeys: Hotkeys
    instance: Instance
