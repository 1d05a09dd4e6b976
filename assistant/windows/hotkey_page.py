"""The page of the settings window on which the hotkeys are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGroupBox, QLabel, QVBoxLayout, QWidget

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, ChordError, conflicts, parse_chord
from assistant.hotkeys.protocol import Refusal
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for
from assistant.windows.key_field import KeyField, chord_problem


class HotkeyPage(QGroupBox):
    """One key field for each action, with what is wrong with it written below.

    Signals:
        told(str): what became of a choice, in words.
        capturing(bool): a key field got or lost the focus; see ``KeyField``.

    Attributes:
        fields: the key field of each action, in reading order.

    Args:
        chords: action -> chord where it differs from the default, as the settings keep it.
        messages: the texts.
        refused: hotkeys that the system refused.
    """

    told = Signal(str)
    capturing = Signal(bool)

    def __init__(
        self, chords: Mapping[str, str], messages: Messages, refused: Mapping[Action, Refusal]
    ) -> None:
        title = messages.text("settings.page-hotkeys")
        super().__init__(title)
        identify(self, "settings.page-hotkeys", title)
        self._messages = messages
        self.fields: dict[Action, KeyField] = {}
        self._notes: dict[Action, QLabel] = {}
        layout = QVBoxLayout(self)
        for action in Action:
            self._add(layout, action, chords.get(action, DEFAULT_CHORDS[action]))
            if refusal := refused.get(action):
                self._note(action, self._in_words(action, refusal))
        self._defaults = button(
            "settings.hotkey-defaults", messages.text("settings.hotkey-defaults"), self._take_defaults
        )
        layout.addWidget(self._defaults)
        layout.addStretch()
        self._initial = self.chords

    @property
    def chords(self) -> dict[Action, str]:
        """What the fields show."""
        return {action: field.chord for action, field in self.fields.items()}

    @property
    def controls(self) -> list[QWidget]:
        """What takes the focus, in reading order."""
        return [*self.fields.values(), self._defaults]

    def changed(self) -> dict[str, str] | None:
        """What the settings are to keep; ``None`` when nothing was changed."""
        if self.chords == self._initial:
            return None
        return {
            action.value: chord for action, chord in self.chords.items() if chord != DEFAULT_CHORDS[action]
        }

    def conflict(self) -> tuple[KeyField, str] | None:
        """The first two actions with the same chord: the field of the second, and the fact in words."""
        parsed = {action: parse_chord(chord) for action, chord in self.chords.items() if chord}
        for first, second in conflicts(parsed):
            return self.fields[second], self._messages.text(
                "hotkeys.conflict",
                chord=parsed[first],
                first=self._name(first),
                second=self._name(second),
            )
        return None

    def _add(self, layout: QVBoxLayout, action: Action, chord: str) -> None:
        try:
            shown, problem = (str(parse_chord(chord)) if chord else ""), ""
        except ChordError as exc:  # a settings file may hold anything
            shown, problem = "", chord_problem(exc, self._messages)
        field = KeyField(action, self._messages, shown)
        field.chord_changed.connect(partial(self._on_chord, action))
        field.problem.connect(self.told)
        field.capturing.connect(self.capturing)
        # Numbers, because the letters of one alphabet do not suffice for the mnemonics of this window.
        layout.addWidget(label_for(field, f"&{len(self.fields) + 1}. {self._name(action)}:"))
        layout.addWidget(field)
        note = QLabel()
        note.setWordWrap(True)
        layout.addWidget(note)
        self.fields[action], self._notes[action] = field, note
        self._note(action, problem)

    def _note(self, action: Action, text: str) -> None:
        self.fields[action].describe(text)
        self._notes[action].setText(text)
        self._notes[action].setVisible(bool(text))

    def _on_chord(self, action: Action, chord: str) -> None:
        self._note(action, "")
        key = "settings.hotkey-set" if chord else "settings.hotkey-off"
        said = self._messages.text(key, action=self._name(action), chord=chord)
        conflict = self.conflict()
        self.told.emit(conflict[1] if conflict else said)

    def _take_defaults(self) -> None:
        for action, field in self.fields.items():
            field.set_chord(DEFAULT_CHORDS[action])
            self._note(action, "")
        self.told.emit(self._messages.text("settings.hotkey-defaults-taken"))

    def _in_words(self, action: Action, refusal: Refusal) -> str:
        chord = self.fields[action].chord
        return self._messages.text(f"hotkeys.refused-{refusal}", chord=chord, action=self._name(action))

    def _name(self, action: Action) -> str:
        return self._messages.text(f"hotkeys.action-{action}")
