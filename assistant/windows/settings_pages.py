"""The pages of the settings window: which settings each has, and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGroupBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from assistant.hotkeys.chord import Action
from assistant.hotkeys.protocol import Refusal
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.speech.trial import VoiceTrials
from assistant.windows.controls import identify, label_for
from assistant.windows.settings_fields import Field, Option, make_field

PAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "general": (
            "language", "theme", "text_scale", "reduce_motion", "minimise_to_tray",
            "start_engine_at_launch", "release_after_minutes",
        ),
        "describing": ("model", "device", "beams", "alternatives", "camera"),
        "speech": (
            "speak", "speech_in_window", "speech_in_background", "speech_without_reader", "queue_speech",
            "sounds", "sound_volume",
        ),
        "history": ("history", "history_days", "history_megabytes", "confirm_delete"),
    }
)  # fmt: skip
"""Page -> its settings in reading order.

The voices and the hotkeys have pages of their own, in ``voice_page`` and ``hotkey_page``.
"""


@dataclass(frozen=True, slots=True)
class Choices:
    """What this computer offers.

    Attributes:
        models: names of the installed models.
        cameras: (id, name) of each camera.
        has_sound: there is a sound device.
        has_tray: there is a system tray.
        refused: hotkeys that the system refused.
        voices: lists and tries voices; without it there is no page to choose one.
    """

    models: tuple[str, ...]
    cameras: tuple[tuple[str, str], ...] = ()
    has_sound: bool = True
    has_tray: bool = True
    refused: Mapping[Action, Refusal] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    voices: VoiceTrials | None = None


class FormPage(QGroupBox):
    """Settings one below the other, each with its label above it.

    Above and not beside, so that a screen magnifier shows both and text of 200 % needs no wide window.

    Attributes:
        fields: in reading order.

    Args:
        page: a key of ``PAGES``.
        settings: what is set now.
        messages: the texts.
        choices: what this computer offers.
    """

    def __init__(self, page: str, settings: Settings, messages: Messages, choices: Choices) -> None:
        title = messages.text(f"settings.page-{page}")
        super().__init__(title)
        identify(self, f"settings.page-{page}", title)
        options, notes = _options(settings, messages, choices), _notes(messages, choices)
        self.fields = [
            make_field(name, getattr(settings, name), messages, options.get(name, ())) for name in PAGES[page]
        ]
        layout = QVBoxLayout(self)
        for made in self.fields:
            _add(layout, made, notes.get(made.name, ""))
        layout.addStretch()


class ScrollingPage(QScrollArea):
    """A page that scrolls where the window is too small for it, and shows whatever has the focus.

    Args:
        page: the page.
        controls: the parts of it that take the focus.
    """

    def __init__(self, page: QWidget, controls: Sequence[QWidget]) -> None:
        super().__init__()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for control in controls:
            control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Scroll to a control that was reached by its mnemonic; Qt does so for the Tab key only."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)


def _add(layout: QVBoxLayout, made: Field, note: str) -> None:
    if made.label:
        layout.addWidget(label_for(made.control, made.label))
    layout.addWidget(made.control)
    if note:
        made.control.setAccessibleDescription(note)
        shown = QLabel(note)
        shown.setWordWrap(True)
        layout.addWidget(shown)


def _options(settings: Settings, messages: Messages, choices: Choices) -> dict[str, list[Option]]:
    """What the settings without fixed words can be; what is set now stays, even if it is gone."""
    models = [(name, name) for name in choices.models]
    if settings.model not in choices.models:
        models.append((settings.model, messages.text("settings.model-missing", name=settings.model)))
    cameras = [("", messages.text("settings.camera-default")), *choices.cameras]
    if settings.camera not in dict(cameras):
        cameras.append((settings.camera, messages.text("settings.camera-missing")))
    return {"model": models, "camera": cameras}


def _notes(messages: Messages, choices: Choices) -> dict[str, str]:
    """What is to be known about a setting on this computer; it can be set all the same."""
    notes = {"model": messages.text("settings.not-for")}
    if not choices.has_tray:
        notes["minimise_to_tray"] = messages.text("settings.no-tray")
    if not choices.has_sound:
        notes["sounds"] = messages.text("settings.no-sound")
    return notes
