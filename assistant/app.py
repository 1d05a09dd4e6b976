"""The composition root: ``build`` makes and connects everything, ``run`` executes it."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QApplication

from assistant.batch.describer import FileDescriber
from assistant.batch.several import SeveralFiles
from assistant.captioning import CaptionService
from assistant.capture.screen import Screen
from assistant.capture.window_title import active_title
from assistant.collecting import Collector
from assistant.commanding import Commander
from assistant.describing import Describer, Tools
from assistant.engine_link import EngineProcess
from assistant.environment import APP_NAME, DESKTOP_ID, history_folder, settings_file
from assistant.history import History, HistoryError
from assistant.hotkeys.backend import choose_backend
from assistant.hotkeys.chord import Action
from assistant.hotkeys.manager import Hotkeys
from assistant.instance import SHOW, Instance, send_wish
from assistant.messages import Messages
from assistant.parts import Parts
from assistant.reading.engines import text_readers
from assistant.reading.pictures import PictureTexts
from assistant.reading.service import TextService
from assistant.settings import Settings, SettingsStore
from assistant.speech.announcer import Announcer, Ears
from assistant.speech.chain import VoiceChain
from assistant.speech.earcons import Earcons
from assistant.speech.engines import own_engines
from assistant.speech.own_voice import OwnVoice
from assistant.speech.readers.brlapi import BrlApiDisplay
from assistant.speech.readers.finding import find_reader
from assistant.windows.main_window import MainWindow
from assistant.windows.opener import Opener
from assistant.windows.qt_texts import install_qt_texts
from assistant.windows.stepping_aside import SteppingAside
from assistant.windows.theme import apply_theme
from assistant.windows.tray import Tray, program_icon
from engine import Device

_log = logging.getLogger(__name__)


def run(argv: Sequence[str]) -> int:
    """Open the app, or bring up the one that is open already.

    Args:
        argv: the arguments of the process, the program's name first; Qt takes its own out of them.

    Returns:
        The exit code.
    """
    if send_wish(SHOW):
        return 0
    qt = QApplication(list(argv))
    collector = Collector(qt)
    commander = build(qt)
    commander.start()
    code = qt.exec()
    commander.close()
    collector.stop()
    return code


def build(qt: QApplication) -> Commander:
    """Make every part and connect them; nothing is shown and no key is taken yet."""
    qt.setApplicationName(APP_NAME)
    qt.setDesktopFileName(DESKTOP_ID)
    qt.setQuitOnLastWindowClosed(False)
    qt.setWindowIcon(program_icon())
    store = SettingsStore(settings_file())
    settings = store.load()
    messages = Messages(settings.language)
    qt.setApplicationDisplayName(messages.text("main.title"))
    install_qt_texts(qt, messages)
    apply_theme(qt, settings)
    window = MainWindow(messages)
    link = EngineProcess(window)

    def device() -> Device:
        return describer.settings.device

    service = CaptionService(link, device=device, parent=window)
    screen = Screen()
    describer = Describer(service, _tools(window, messages, settings, screen), settings)
    describer.setParent(window)
    # Files of a folder wait for a hotkey's picture, and no hotkey cancels them.
    files = FileDescriber(
        CaptionService(link, device=device, parent=window), messages, lambda: describer.settings.model, window
    )
    parts = Parts(
        qt=qt,
        store=store,
        window=window,
        screen=screen,
        describer=describer,
        service=service,
        files=files,
        several=SeveralFiles(files, messages, window),
        opener=Opener(window, messages),
        tray=Tray(messages, window) if Tray.available() else None,
        hotkeys=Hotkeys(choose_backend(messages), window),
        instance=Instance(list(Action), parent=window),
    )
    return Commander(parts, messages)


def _tools(window: MainWindow, messages: Messages, settings: Settings, screen: Screen) -> Tools:
    limits: dict[str, Any] = {
        "limit_bytes": settings.history_megabytes * 1_000_000,
        "limit_age": timedelta(days=settings.history_days),
    }
    folder = history_folder()
    try:
        history = History(folder, **limits)
    except HistoryError as exc:
        # The old entries stay where they are, for somebody who can read them.
        _log.warning("%s Keeping new entries apart.", exc)
        history = History(folder.with_name(f"{folder.name}-{time.time_ns()}"), **limits)
    return Tools(
        messages=messages,
        announcer=Announcer(window, OwnVoice(VoiceChain(own_engines()), window), _ears()),
        earcons=Earcons(parent=window),
        history=history,
        screen=SteppingAside(screen, window),
        texts=PictureTexts(TextService(text_readers, window), messages),
        window_title=_window_title,
    )


def _window_title() -> str:
    """Of another program's window: a title of this program says nothing about what lies behind."""
    return "" if QApplication.activeWindow() else active_title()


def _ears() -> Ears:
    return Ears(find_reader, BrlApiDisplay() if sys.platform == "linux" else None)


if __name__ == "__main__":
    sys.exit(run(sys.argv))
