"""The person's settings at work: saved, and taking effect in every part at once."""

from __future__ import annotations

import logging
from datetime import timedelta

from PySide6.QtCore import QObject, Signal

from assistant.hotkeys.manager import chords_of
from assistant.messages import Messages
from assistant.parts import Parts
from assistant.settings import Settings, SettingsError
from assistant.speech.choice import reading_of
from assistant.speech.router import Overrides
from assistant.windows.theme import apply_theme

_log = logging.getLogger(__name__)


class Preferences(QObject):
    """Keeps the settings of the running app.

    Signals:
        told(str): a sentence that is to be said.

    Args:
        parts: of the app.
        messages: the texts.
    """

    told = Signal(str)

    def __init__(self, parts: Parts, messages: Messages) -> None:
        super().__init__(parts.window)
        self._parts, self._messages = parts, messages
        opener = parts.opener
        opener.settings_saved.connect(self.apply)
        opener.camera_chosen.connect(self._on_camera)
        opener.model_wanted.connect(self._on_model)
        opener.capturing.connect(self._on_capturing)
        opener.guide_finished.connect(self._on_guide_finished)

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._parts.describer.settings

    def apply(self, settings: Settings) -> None:
        """Save settings and let them take effect."""
        old = self.settings
        self._save(settings)
        self.set_up(settings)
        if _look(old) != _look(settings):
            apply_theme(self._parts.qt, settings)
        if old.hotkeys != settings.hotkeys:
            self.take_hotkeys()
        if old.language != settings.language:
            self.told.emit(self._messages.text("main.restart-for-language"))

    def set_up(self, settings: Settings) -> None:
        """Give every part its settings."""
        tools = self._parts.describer.tools
        tools.announcer.overrides = _overrides(settings)
        tools.announcer.set_reading(reading_of(settings))
        tools.texts.hotkeys = settings.hotkeys
        tools.earcons.volume = settings.sound_volume if settings.sounds else 0
        tools.history.limit_bytes = settings.history_megabytes * 1_000_000
        tools.history.limit_age = timedelta(days=settings.history_days)
        self._parts.service.set_release_after(60 * settings.release_after_minutes)

    def take_hotkeys(self) -> None:
        """Take the person's hotkeys and say which the system refused."""
        hotkeys = self._parts.hotkeys
        refusals = hotkeys.take(self.settings.hotkeys)
        if not hotkeys.available:
            self._parts.window.tell(self._messages.text("main.no-hotkeys"))
            return
        chords = chords_of(self.settings.hotkeys)
        for action in refusals:
            self.told.emit(self._messages.text("main.hotkey-refused", chord=chords[action]))

    def _save(self, settings: Settings) -> None:
        self._parts.describer.settings = settings
        try:
            self._parts.store.save(settings)
        except SettingsError as exc:
            _log.warning("%s", exc)
            self.told.emit(self._messages.text(f"settings-error.{exc.fault}"))

    def _on_camera(self, camera: str) -> None:
        self._save(self.settings.with_changes(camera=camera))

    def _on_model(self, name: str) -> None:
        self._save(self.settings.with_changes(model=name))

    def _on_guide_finished(self, for_good: bool) -> None:
        if for_good and not self.settings.first_run_done:
            self._save(self.settings.with_changes(first_run_done=True))

    def _on_capturing(self, capturing: bool) -> None:
        """Let go of the hotkeys while a new one is pressed, so that the window gets the keys."""
        if capturing:
            self._parts.hotkeys.release()
        else:
            self._parts.hotkeys.take(self.settings.hotkeys)


def _overrides(settings: Settings) -> Overrides:
    if not settings.speak:
        return Overrides("off", "off", "off")
    return Overrides(settings.speech_in_window, settings.speech_in_background, settings.speech_without_reader)


def _look(settings: Settings) -> tuple[object, ...]:
    return settings.theme, settings.text_scale, settings.reduce_motion
