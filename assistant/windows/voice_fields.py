"""The fields for how one voice engine reads: which of its voices, how fast, how high, how loud."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from assistant.messages import Messages
from assistant.settings import VOICE_RULES, Whole
from assistant.speech.choice import VoiceChoice
from assistant.speech.voice import VoiceInfo
from assistant.windows.controls import identify, label_for
from assistant.windows.settings_fields import number_box

_STEP_PERCENT = 10


class VoiceFields(QWidget):
    """Shows a choice and lets the person change it.

    Attributes:
        controls: what takes the focus, in reading order.

    Args:
        messages: the texts.
    """

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._voice = voice_box("settings.voice", messages.text("voices.voice"))
        self._numbers = {
            name: _percent_box(name, rule, messages)
            for name, rule in VOICE_RULES.items()
            if isinstance(rule, Whole)
        }
        self.controls: list[QWidget] = [self._voice, *self._numbers.values()]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for key, control in {"voice": self._voice, **self._numbers}.items():
            layout.addWidget(label_for(control, messages.text(f"voices.{key}")))
            layout.addWidget(control)
        self.show_choice(VoiceChoice(), ())

    @property
    def choice(self) -> VoiceChoice:
        """What the fields show."""
        numbers = {name: box.value() for name, box in self._numbers.items()}
        return VoiceChoice(voice=self._voice.currentData(), **numbers)

    def show_choice(self, choice: VoiceChoice, voices: Sequence[VoiceInfo] | None) -> None:
        """Show what is chosen for an engine.

        Args:
            choice: its voice stays, even if it is not among the voices.
            voices: of the engine; empty when they are not known, ``None`` while they are looked for.
        """
        for name, box in self._numbers.items():
            box.setValue(getattr(choice, name))
        self._list(choice.voice, voices)

    def show_voices(self, voices: Sequence[VoiceInfo] | None) -> None:
        """Offer other voices, as ``show_choice`` does; what is chosen stays."""
        self._list(self._voice.currentData(), voices)

    def _list(self, chosen: str, voices: Sequence[VoiceInfo] | None) -> None:
        self._voice.clear()
        for voice, shown in self._options(chosen, voices).items():
            self._voice.addItem(shown, voice)
        self._voice.setCurrentIndex(self._voice.findData(chosen))

    def _options(self, chosen: str, voices: Sequence[VoiceInfo] | None) -> dict[str, str]:
        text = self._messages.text
        if voices is None:
            return {chosen: text("voices.searching")}
        options = {"": text("voices.default")} | {voice.id: voice.name for voice in voices}
        if chosen not in options:
            options[chosen] = text("voices.voice-missing", name=chosen) if voices else chosen
        return options


def voice_box(identifier: str, label: str) -> QComboBox:
    """A box to choose from names that can be longer than the window is wide.

    Args:
        identifier: stable, language-independent.
        label: may hold a mnemonic.
    """
    box = identify(QComboBox(), identifier, label)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _percent_box(name: str, rule: Whole, messages: Messages) -> QSpinBox:
    limits, unit = range(rule.low, rule.high + 1), messages.text("voices.unit")
    box = number_box(f"settings.voice-{name}", messages.text(f"voices.{name}"), limits, unit)
    box.setSingleStep(_STEP_PERCENT)
    return box
