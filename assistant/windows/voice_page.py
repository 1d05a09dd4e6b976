"""The page of the settings window on which the program's own voice is chosen and tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGroupBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.messages import Messages
from assistant.settings import Settings
from assistant.speech.choice import VoiceChoice, reading_of
from assistant.speech.trial import EngineInfo, VoiceTrials
from assistant.speech.voice import VoiceError, VoiceFault, VoiceInfo
from assistant.windows.controls import button, identify, label_for
from assistant.windows.question import Question, Wording
from assistant.windows.voice_fields import VoiceFields, voice_box

_ENGINE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "piper": "Piper", "speech-dispatcher": "Speech Dispatcher", "onecore": "Windows OneCore",
        "sapi": "Windows SAPI 5", "say": "macOS", "espeak-ng": "eSpeak NG", "gtts": "Google",
    }
)  # fmt: skip
"""Names of engines as people know them; the same in every language."""


class VoicePage(QGroupBox):
    """The engine, its voice, and how it reads; each engine keeps its own values.

    While the engine is left to the program, the values are those of the engine it would take. No online
    engine is chosen or tried before the person has agreed that texts are sent away.

    Signals:
        told(str): what became of a choice or a trial, in words.

    Attributes:
        controls: what takes the focus, in reading order.

    Args:
        settings: what is set now.
        messages: the texts.
        trials: lists and tries voices; knows one engine at least.
    """

    told = Signal(str)

    def __init__(self, settings: Settings, messages: Messages, trials: VoiceTrials) -> None:
        title = messages.text("voices.title")
        super().__init__(title)
        identify(self, "settings.page-voices", title)
        self._settings, self._messages, self._trials = settings, messages, trials
        self._engine, self._agreed = settings.voice_engine, settings.online_voice
        self._engines = {info.name: info for info in trials.engines()}
        self._automatic = _first_usable(list(self._engines.values()))
        if self._engine:  # may have been removed since, or be one of another computer
            self._engines.setdefault(self._engine, EngineInfo(self._engine, online=False, installed=False))
        self._choices = dict(reading_of(settings).choices)
        self._voices: dict[str, Sequence[VoiceInfo] | None] = {}  # None while the answer is awaited
        self._left = False
        self._engine_box, self._online_box = self._make_engine_box(), self._make_online_box()
        self._fields = VoiceFields(messages)
        self.controls = self._lay_out()
        self._show_choice()

    def changed(self) -> dict[str, object]:
        """The fields of the settings that are to be saved differently."""
        self._keep_choice()
        before = reading_of(self._settings)
        voices = {engine: dict(choice) for engine, choice in self._settings.voices.items()}
        for engine, choice in self._choices.items():
            if choice != before.choice(engine):
                voices[engine] = _to_save(choice)
        now = {"voice_engine": self._engine, "voices": voices, "online_voice": self._agreed}
        return {name: value for name, value in now.items() if value != getattr(self._settings, name)}

    def leave(self) -> None:
        """The window is closed: be silent, and take no answers any more."""
        self._left = True
        self._trials.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for voices not before somebody wants to see them: it may start other programs."""
        super().showEvent(event)
        self._find_voices()

    def _make_engine_box(self) -> QComboBox:
        text = self._messages.text
        box = voice_box("settings.voice-engine", text("voices.engine"))
        automatic = self._engines[self._automatic]
        key = "voices.automatic-now" if automatic.installed else "voices.automatic"
        box.addItem(text(key, name=_readable(automatic.name)), "")
        for info in self._engines.values():
            box.addItem(self._in_words(info), info.name)
        box.setCurrentIndex(box.findData(self._engine))
        box.currentIndexChanged.connect(self._on_engine)
        return box

    def _in_words(self, info: EngineInfo) -> str:
        name = _readable(info.name)
        if not info.installed:
            return self._messages.text("voices.not-installed", name=name)
        return self._messages.text("voices.online-engine", name=name) if info.online else name

    def _make_online_box(self) -> QCheckBox:
        label = self._messages.text("voices.online")
        box = identify(QCheckBox(label), "settings.online-voice", label)
        box.setAccessibleDescription(self._messages.text("voices.online-note"))
        box.setChecked(self._agreed)
        box.toggled.connect(self._on_online)
        return box

    def _lay_out(self) -> list[QWidget]:
        """Returns what takes the focus, in reading order."""
        text = self._messages.text
        # They stay enabled: a button that is disabled under the focus loses it.
        buttons = (
            button("settings.voice-try", text("voices.try"), self._try),
            button("settings.voice-stop", text("voices.stop"), self._trials.stop),
        )
        layout, row = QVBoxLayout(self), QHBoxLayout()
        for made in buttons:
            row.addWidget(made)
        note = QLabel(text("voices.online-note"))
        note.setWordWrap(True)
        layout.addWidget(label_for(self._engine_box, text("voices.engine")))
        layout.addWidget(self._engine_box)
        layout.addWidget(self._fields)
        layout.addLayout(row)
        layout.addWidget(self._online_box)
        layout.addWidget(note)
        layout.addStretch()
        return [self._engine_box, *self._fields.controls, *buttons, self._online_box]

    @property
    def _shown(self) -> str:
        """The engine whose values are shown."""
        return self._engine or self._automatic

    def _keep_choice(self) -> None:
        self._choices[self._shown] = self._fields.choice

    def _show_choice(self) -> None:
        choice = self._choices.get(self._shown, VoiceChoice())
        self._fields.show_choice(choice, self._voices.get(self._shown, ()))

    def _find_voices(self) -> None:
        engine = self._shown
        if self._engines[engine].installed and engine not in self._voices:
            self._voices[engine] = None
            self._fields.show_voices(None)
            self._trials.list_voices(engine, partial(self._on_listed, engine))

    def _on_listed(self, engine: str, answer: Sequence[VoiceInfo] | VoiceError) -> None:
        if self._left:
            return
        if isinstance(answer, VoiceError):
            del self._voices[engine]  # asked again when the engine is chosen again
        else:
            self._voices[engine] = answer
        if engine != self._shown:
            return
        self._fields.show_voices(self._voices.get(engine, ()))
        if isinstance(answer, VoiceError):
            self._tell_fault(answer.fault)
        elif not answer:
            self._tell("none-found")

    def _on_engine(self) -> None:
        engine = self._engine_box.currentData()
        if self._must_ask(engine):
            self._ask(partial(self._take_online, engine))
        else:
            self._take(engine)

    def _take(self, engine: str) -> None:
        self._keep_choice()
        self._engine = engine
        self._show_choice()
        self._find_voices()

    def _take_online(self, engine: str) -> None:
        self._take(engine)
        self._tell("online-on")

    def _try(self) -> None:
        engine = self._shown
        if self._must_ask(engine):
            self._ask(self._try)
        elif self._engines[engine].installed:
            self._trials.try_voice(engine, self._fields.choice, self._on_tried)
        else:
            self._tell_fault(VoiceFault.MISSING)

    def _on_tried(self, error: VoiceError | None) -> None:
        if error is not None and not self._left:
            self._tell_fault(error.fault)

    def _on_online(self, wanted: bool) -> None:
        if wanted:
            self._ask(partial(self._tell, "online-on"))
            return
        self._agreed = False
        if self._is_online(self._engine):
            self._trials.stop()
            self._take("")
            self._show_truth()
        self._tell("online-off")

    def _is_online(self, engine: str) -> bool:
        return engine in self._engines and self._engines[engine].online

    def _must_ask(self, engine: str) -> bool:
        return self._is_online(engine) and not self._agreed

    def _ask(self, then: Callable[[], object]) -> None:
        text = self._messages.text
        wording = Wording(
            text("voices.ask-title"), text("voices.ask"), text("voices.ask-yes"), text("voices.ask-no")
        )
        question = Question(self.window(), wording, partial(self._agree, then))
        question.rejected.connect(self._decline)
        question.open()

    def _agree(self, then: Callable[[], object]) -> None:
        self._agreed = True
        then()
        self._show_truth()

    def _decline(self) -> None:
        self._show_truth()
        self._tell("declined")

    def _show_truth(self) -> None:
        """Have the controls show what holds; they change before the question is answered."""
        with QSignalBlocker(self._engine_box), QSignalBlocker(self._online_box):
            self._engine_box.setCurrentIndex(self._engine_box.findData(self._engine))
            self._online_box.setChecked(self._agreed)

    def _tell(self, key: str) -> None:
        self.told.emit(self._messages.text(f"voices.{key}"))

    def _tell_fault(self, fault: VoiceFault) -> None:
        self.told.emit(self._messages.text(f"voice-error.{fault}"))


def _first_usable(engines: Sequence[EngineInfo]) -> str:
    """The engine that reads while none is chosen; the first of all where none could."""
    usable = (info.name for info in engines if info.installed and not info.online)
    return next(usable, engines[0].name)


def _readable(engine: str) -> str:
    return _ENGINE_NAMES.get(engine, engine)


def _to_save(choice: VoiceChoice) -> dict[str, str | int]:
    """What differs from the defaults."""
    defaults = asdict(VoiceChoice())
    return {name: value for name, value in asdict(choice).items() if value != defaults[name]}
