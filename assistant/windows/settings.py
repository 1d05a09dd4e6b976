"""The settings window. Nothing takes effect before it is saved."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from assistant.messages import Messages
from assistant.settings import Settings
from assistant.speech.trial import VoiceTrials
from assistant.windows.controls import button, identify, label_for, reading_box
from assistant.windows.hotkey_page import HotkeyPage
from assistant.windows.settings_fields import Field
from assistant.windows.settings_pages import PAGES, Choices, FormPage, ScrollingPage
from assistant.windows.sizes import resize_for_text
from assistant.windows.voice_page import VoicePage

__all__ = ["Choices", "SettingsWindow"]

_STATUS_LINES = 2
_LIST_PADDING_PX = 32


class SettingsWindow(QDialog):
    """Everything the person can choose, on pages.

    The pages are chosen in a list and not on tabs: screen readers say an item with its position, blind
    people know the layout from the settings of NVDA, and at a text size of 200 % no item moves out of
    sight, as tabs do. Ctrl+Tab, the other way to change tabs, is taken by the key fields anyway.

    Signals:
        saved(Settings): the person saved; the window is closed already.
        told(str): a sentence that is to be said; the window shows it too.
        capturing(bool): a key field got or lost the focus; see ``KeyField``.

    Args:
        settings: what is set now.
        messages: the texts.
        choices: what this computer offers.
    """

    saved = Signal(object)
    told = Signal(str)
    capturing = Signal(bool)

    def __init__(self, settings: Settings, messages: Messages, choices: Choices) -> None:
        super().__init__()
        self._settings, self._messages = settings, messages
        self._fields: list[Field] = []
        self._controls: list[QWidget] = []
        self.setWindowTitle(messages.text("settings.title"))
        self._list = identify(QListWidget(), "settings.pages", messages.text("settings.pages"))
        self._stack = QStackedWidget()
        self._hotkeys = HotkeyPage(settings.hotkeys, messages, choices.refused)
        self._hotkeys.told.connect(self._tell)
        self._hotkeys.capturing.connect(self.capturing)
        self._voices: VoicePage | None = None
        for page in PAGES:
            self._add_form(FormPage(page, settings, messages, choices))
            if page == "speech" and choices.voices is not None:
                self._voices = self._add_voices(choices.voices)
        self._hotkey_row = self._list.count()
        self._add_page(self._hotkeys, self._hotkeys.controls)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        self._lay_out()

    def _add_form(self, form: FormPage) -> None:
        self._fields += form.fields
        self._add_page(form, [field.control for field in form.fields])

    def _add_voices(self, trials: VoiceTrials) -> VoicePage:
        page = VoicePage(self._settings, self._messages, trials)
        page.told.connect(self._tell)
        self.finished.connect(page.leave)
        self._add_page(page, page.controls)
        return page

    def _add_page(self, page: FormPage | VoicePage | HotkeyPage, controls: list[QWidget]) -> None:
        self._list.addItem(page.title())
        self._stack.addWidget(ScrollingPage(page, controls))
        self._controls += controls

    def _lay_out(self) -> None:
        text = self._messages.text
        self._status = reading_box("settings.status", text("settings.status"))
        self._status.setFixedHeight(self.fontMetrics().lineSpacing() * _STATUS_LINES + _LIST_PADDING_PX // 2)
        save = button("settings.save", text("settings.save"), self._save)
        save.setDefault(True)
        cancel = button("settings.cancel", text("settings.cancel"), self.reject)
        self._list.setFixedWidth(self._list.sizeHintForColumn(0) + _LIST_PADDING_PX)
        left = QVBoxLayout()
        left.addWidget(label_for(self._list, text("settings.pages")))
        left.addWidget(self._list)
        above, below, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        above.addLayout(left)
        above.addWidget(self._stack, 1)
        below.addStretch()
        below.addWidget(save)
        below.addWidget(cancel)
        layout.addLayout(above, 1)
        layout.addWidget(label_for(self._status, text("settings.status")))
        layout.addWidget(self._status)
        layout.addLayout(below)
        for before, after in pairwise([self._list, *self._controls, self._status, save, cancel]):
            QWidget.setTabOrder(before, after)
        self._list.setFocus()
        resize_for_text(self, columns=52, lines=36)

    def _tell(self, sentence: str) -> None:
        self._status.setPlainText(sentence)
        self.told.emit(sentence)

    def _save(self) -> None:
        if conflict := self._hotkeys.conflict():
            field, sentence = conflict
            self._list.setCurrentRow(self._hotkey_row)
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            self._tell(self._messages.text("settings.not-saved", reason=sentence))
            return
        changes = self._changes()
        self.accept()
        self.saved.emit(self._settings.with_changes(**changes))

    def _changes(self) -> dict[str, object]:
        changes = {
            field.name: field.value()
            for field in self._fields
            if field.value() != getattr(self._settings, field.name)
        }
        if self._voices is not None:
            changes |= self._voices.changed()
        chords = self._hotkeys.changed()
        if chords is not None:
            changes["hotkeys"] = chords
        return changes
