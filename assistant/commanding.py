"""Carries out commands, whichever way they come: button, tray, hotkey, a second start of the program."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication

from assistant.capture.desktop import ActiveWindow, OneMonitor, Target, WholeDesktop
from assistant.capture.picture import CaptureError, Origin, Picture
from assistant.description import Description
from assistant.environment import history_folder, model_store, settings_file, state_folder, user_models
from assistant.hotkeys.chord import Action
from assistant.instance import READ_SCREEN, SHOW
from assistant.messages import Messages
from assistant.parts import Parts
from assistant.preferences import Preferences
from assistant.settings import Settings
from assistant.speech.announcer import Pausing
from assistant.speech.earcons import Earcon
from assistant.speech.trying import Trying
from assistant.speech.voice import VoiceError
from assistant.windows.main_window import Command

_log = logging.getLogger(__name__)

COMMAND_OF_ACTION = {
    Action.WINDOW: Command.WINDOW,
    Action.REGION: Command.REGION,
    Action.CLIPBOARD: Command.CLIPBOARD,
    Action.READ: Command.READ,
    Action.REPEAT: Command.REPEAT,
    Action.STOP: Command.STOP,
}


class Commander(QObject):
    """Connects the parts and does what is asked for.

    Args:
        parts: of the app.
        messages: the texts.
    """

    def __init__(self, parts: Parts, messages: Messages) -> None:
        super().__init__(parts.window)
        self.parts, self._messages = parts, messages
        self._trying: Trying | None = None
        self._actions = self._table()
        window, describer, opener = parts.window, parts.describer, parts.opener
        window.commanded.connect(self.do)
        window.dropped.connect(self._on_dropped)
        window.closing.connect(self._on_closing)
        describer.described.connect(self._on_described)
        describer.told.connect(window.tell)
        describer.busy_changed.connect(self._on_busy)
        describer.files_found.connect(self._on_files)
        parts.several.finished.connect(self._on_several)
        describer.tools.announcer.voice_failed.connect(self._on_voice_failed)
        opener.told.connect(self._on_told)
        opener.read_wanted.connect(self._on_told)
        opener.describe_wanted.connect(describer.describe)
        opener.models_changed.connect(describer.forget_model)
        self._preferences = Preferences(parts, messages)
        self._preferences.told.connect(self._on_told)
        parts.hotkeys.pressed.connect(self._on_hotkey)
        parts.instance.wished.connect(self._on_wish)
        if parts.tray:
            parts.tray.commanded.connect(self.do)
            parts.tray.show_wanted.connect(self.show)

    def start(self) -> None:
        """Show the window, take the hotkeys, listen for later starts."""
        parts, settings = self.parts, self._settings
        parts.instance.listen()
        if parts.tray:
            parts.tray.show()
        self.show()
        self._preferences.set_up(settings)
        self._preferences.take_hotkeys()
        parts.describer.tools.announcer.look_for_reader()
        if settings.start_engine_at_launch:
            parts.describer.load_model()
        if not settings.first_run_done:
            self._open_guide()

    def close(self) -> None:
        """Give everything back."""
        self.parts.hotkeys.release()
        self.parts.instance.close()
        self.parts.describer.tools.texts.cancel()
        self.parts.describer.tools.announcer.close()
        self.parts.service.release()

    def do(self, command: Command) -> None:
        """Carry out one command."""
        self._actions[command]()

    def show(self) -> None:
        """Bring the main window up."""
        window = self.parts.window
        window.showNormal()
        window.raise_()
        window.activateWindow()

    @property
    def _settings(self) -> Settings:
        return self.parts.describer.settings

    def _table(self) -> dict[Command, Callable[[], object]]:
        parts, describer = self.parts, self.parts.describer
        return {
            Command.SCREEN: self._choose_monitor,
            Command.WINDOW: lambda: describer.describe_screen(ActiveWindow()),
            Command.REGION: self._choose_region,
            Command.CLIPBOARD: self._describe_clipboard,
            Command.FILE: self._choose_file,
            Command.CAMERA: lambda: parts.opener.open_camera(self._on_told, self._settings.camera),
            Command.FOLDER: lambda: parts.opener.open_folder(parts.files),
            Command.READ: describer.read_window,
            Command.REPEAT: describer.repeat,
            Command.TEXT: describer.read_again,
            Command.MORE: describer.tell_more,
            Command.STOP: self._stop,
            Command.PAUSE: self._pause,
            Command.STATUS: describer.tell_status,
            Command.COPY: self._copy,
            Command.SAVE: self._save,
            Command.AGAIN: self._describe_again,
            Command.HISTORY: self._open_history,
            Command.SETTINGS: self._open_settings,
            Command.MODELS: parts.opener.open_models,
            Command.TRAIN: lambda: parts.opener.open_training(self._settings.model),
            Command.RELEASE: describer.release_model,
            Command.GUIDE: self._open_guide,
            Command.ABOUT: self._open_about,
            Command.QUIT: parts.qt.quit,
        }

    def _choose_monitor(self) -> None:
        """From the window one of several monitors can be chosen; a hotkey asks nothing and takes all."""
        try:
            monitors = self.parts.screen.monitors()
        except CaptureError as exc:
            self._on_told(self._messages.error(exc))
            return
        if len(monitors) < 2:
            self.parts.describer.describe_screen(WholeDesktop())
            return
        text = self._messages.text
        names = [text("main.all-monitors")] + [
            text("main.monitor", number=number, name=monitor.name)
            for number, monitor in enumerate(monitors, 1)
        ]
        if chosen := self.parts.opener.choose(text("main.choose-monitor"), names):
            index = names.index(chosen) - 1
            target: Target = WholeDesktop() if index < 0 else OneMonitor(index)
            self.parts.describer.describe_screen(target)

    def _choose_region(self) -> None:
        def done(result: Picture | CaptureError) -> None:
            if isinstance(result, CaptureError):
                self._on_told(self._messages.error(result))
            else:
                self.parts.opener.open_region(result)

        self.parts.describer.tools.screen.grab(WholeDesktop(), done)

    def _describe_clipboard(self) -> None:
        self.parts.describer.describe_data(QGuiApplication.clipboard().mimeData(), Origin.CLIPBOARD)

    def _choose_file(self) -> None:
        if path := self.parts.window.choose_file():
            self.parts.describer.describe_file(Path(path))

    def _copy(self) -> None:
        self.parts.window.copy_result()
        self._on_told(self._messages.text("describing.copied"))

    def _save(self) -> None:
        last, name = self.parts.describer.last, self.parts.window.choose_target()
        if not name or last is None:
            return
        path = Path(name if Path(name).suffix else f"{name}.txt")
        try:
            path.write_text(last.shown + "\n", encoding="utf-8")
        except OSError as exc:
            self._on_told(self._messages.text("describing.not-saved", path=path, reason=exc.strerror))
        else:
            self._on_told(self._messages.text("describing.saved", path=path))

    def _describe_again(self) -> None:
        names = [folder.name for folder in model_store()]
        if len(names) < 2:
            self._on_told(self._messages.text("main.no-other-model"))
        elif name := self.parts.opener.choose(self._messages.text("main.choose-model"), names):
            self.parts.describer.describe_again(name)

    def _open_history(self) -> None:
        history = self.parts.describer.tools.history
        self.parts.opener.open_history(history, confirm_delete=self._settings.confirm_delete)

    def _open_settings(self) -> None:
        from assistant.windows.settings_pages import Choices

        parts = self.parts
        choices = Choices(
            models=tuple(folder.name for folder in model_store()),
            has_tray=parts.tray is not None,
            voices=self._trials(),
            refused=parts.hotkeys.refusals,
        )
        parts.opener.open_settings(self._settings, choices)

    def _trials(self) -> Trying:
        """Made once: each would keep a sound process of its own."""
        if self._trying is None:
            from assistant.speech.engines import own_engines

            self._trying = Trying(own_engines(), self._messages.text("guide.voice-sample"), self)
        return self._trying

    def _open_guide(self) -> None:
        from assistant.guide import gather_facts, make_trials

        parts = self.parts
        facts = gather_facts(parts.describer, parts.hotkeys)
        parts.opener.open_guide(
            facts, make_trials(parts.screen, parts.describer.tools.announcer, parts.files, self._messages)
        )

    def _open_about(self) -> None:
        places = {"settings": settings_file(), "history": history_folder(), "models": user_models()}
        self.parts.opener.open_about(places | {"state": state_folder()})

    def _on_dropped(self, data: QMimeData) -> None:
        self.parts.describer.describe_data(data, Origin.FILE)

    def _on_files(self, files: list[Path]) -> None:
        """A folder is described in its own window, a list of files here."""
        folder = next((file for file in files if file.is_dir()), None)
        if folder:
            self.parts.opener.open_folder(self.parts.files, folder)
        else:
            self._on_told(self._messages.text("several.begin", count=len(files)))
            self.parts.several.start(files)

    def _on_several(self, lines: str) -> None:
        self.parts.describer.tools.announcer.announce(lines)
        self.parts.window.show_lines(lines)

    def _pause(self) -> None:
        done = self.parts.describer.tools.announcer.pause_or_resume()
        sentence = self._messages.text(f"describing.{done}")
        if done is Pausing.NOTHING:
            self._on_told(sentence)
        else:  # the voice that would say so is the one that was paused
            self.parts.window.tell(sentence)

    def _stop(self) -> None:
        self.parts.several.cancel()
        self.parts.describer.stop()

    def _on_described(self, description: Description) -> None:
        self.parts.window.show_description(description)
        self.parts.opener.refresh_history()

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self.parts.window.tell(self._messages.text("describing.working"))

    def _on_told(self, sentence: str) -> None:
        self.parts.describer.tools.announcer.announce(sentence)
        self.parts.window.tell(sentence)

    def _on_voice_failed(self, error: VoiceError) -> None:
        """No voice can say it: a sound tells that there is something to read."""
        self.parts.describer.tools.earcons.play(Earcon.FAILED)
        self.parts.window.tell(self._messages.text(f"voice-error.{error.fault}"))

    def _on_hotkey(self, action: Action) -> None:
        if not self.parts.opener.hotkey_pressed(action):
            self._act(action)

    def _act(self, action: Action) -> None:
        if action is Action.SCREEN:
            self.parts.describer.describe_screen(WholeDesktop())
        else:
            self.do(COMMAND_OF_ACTION[action])

    def _on_wish(self, wish: str) -> None:
        if wish == SHOW:
            self.show()
        elif wish == READ_SCREEN:
            self.parts.describer.read_screen(WholeDesktop())
        else:
            self._act(Action(wish))

    def _on_closing(self) -> None:
        parts = self.parts
        if parts.tray and self._settings.minimise_to_tray:
            parts.window.hide()
            self._on_told(self._messages.text("main.still-running"))
        else:
            parts.qt.quit()
