"""The pages of the first-run guide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from assistant.hotkeys.chord import Action
from assistant.hotkeys.protocol import Refusal
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box

Done = Callable[[str], None]
"""Takes the sentence that says how a trial went; may be called from any thread, at most once."""

_RESULT_LINES = 4
_FRAME_PX = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guide tells about this computer.

    Attributes:
        model: name of the model that describes.
        model_mb: size of its folder in megabytes (10**6 bytes).
        reader: a screen reader listens.
        voice: name of the program that reads Vietnamese; empty where there is none.
        chords: the hotkeys of the actions that have one; empty where the system has no global hotkeys.
        refused: hotkeys that the system refused.
    """

    model: str
    model_mb: float
    reader: bool
    voice: str
    chords: Mapping[Action, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    refused: Mapping[Action, Refusal] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@dataclass(frozen=True, slots=True)
class Trials:
    """What can be tried in the guide; each returns at once.

    Attributes:
        screen: takes a picture of the screen.
        model: describes a sample picture.
        voice: reads a sample sentence.
    """

    screen: Callable[[Done], None]
    model: Callable[[Done], None]
    voice: Callable[[], None]


class GuidePage(QWidget):
    """A heading, and the text of the page in a box that can be read letter by letter.

    Signals:
        told(str): a sentence that is to be said.

    Attributes:
        heading: where in the guide this is.
        box: has the text and the first focus.
        controls: what takes the focus, in reading order.

    Args:
        key: the texts are ``first-run.<key>`` and ``first-run.<key>-title``.
        messages: the texts.
        place: number of this page and of all, from 1.
        values: for the places in the text.
    """

    told = Signal(str)

    def __init__(self, key: str, messages: Messages, place: tuple[int, int], **values: object) -> None:
        super().__init__()
        self.key, self.messages = key, messages
        number, count = place
        title = messages.text(f"first-run.{key}-title")
        self.heading = messages.text("first-run.heading", number=number, count=count, title=title)
        self.box = reading_box(f"first-run.{key}", self.heading)
        self.box.setPlainText(messages.text(f"first-run.{key}", **values).strip())
        self.controls: list[QWidget] = [self.box]
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(label_for(self.box, self.heading))
        self.column.addWidget(self.box, 1)

    @property
    def text(self) -> str:
        """What the page says, its heading first."""
        return f"{self.heading}. {self.box.toPlainText()}"

    def add(self, control: QWidget, label: QLabel | None = None) -> None:
        """Put a control below all others."""
        if label:
            self.column.addWidget(label)
        self.column.addWidget(control)
        self.controls.append(control)


class WelcomePage(GuidePage):
    """What the program is for and what not; the guide can be put off for good here.

    Attributes:
        not_again: the person does not want to see the guide at program start.
    """

    def __init__(self, messages: Messages, place: tuple[int, int]) -> None:
        super().__init__("welcome", messages, place)
        text = messages.text("first-run.not-again")
        self.not_again = identify(QCheckBox(text), "first-run.not-again", text)
        self.add(self.not_again)


class TrialPage(GuidePage):
    """A page with something to try, whose outcome is a sentence.

    Args:
        key: as for ``GuidePage``; the button is ``first-run.<key>-try``, its outcome is shown in
            ``first-run.<key>-result``.
        messages: the texts.
        place: as for ``GuidePage``.
        trial: starts the trial.
        values: for the places in the text.
    """

    _answered = Signal(str)

    def __init__(
        self,
        key: str,
        messages: Messages,
        place: tuple[int, int],
        trial: Callable[[Done], None],
        **values: object,
    ) -> None:
        super().__init__(key, messages, place, **values)
        self._trial, self._waiting = trial, False
        self.add(button(f"first-run.{key}-try", messages.text(f"first-run.{key}-try"), self._try))
        label = messages.text(f"first-run.{key}-result")
        self._result = reading_box(f"first-run.{key}-result", label)
        self._result.setFixedHeight(self.fontMetrics().lineSpacing() * _RESULT_LINES + _FRAME_PX)
        self.add(self._result, label_for(self._result, label))
        self._answered.connect(self._on_answered)

    def _try(self) -> None:
        self._show(self.messages.text("first-run.trying"))
        # The button stays enabled: a disabled one drops out of the Tab order and takes the focus with it.
        if not self._waiting:
            self._waiting = True
            self._trial(self._answer)

    def _answer(self, sentence: str) -> None:
        if isValid(self):  # the guide may be gone by the time the system answers
            self._answered.emit(sentence)

    def _on_answered(self, sentence: str) -> None:
        self._waiting = False
        self._show(sentence)

    def _show(self, sentence: str) -> None:
        self._result.setPlainText(sentence)
        self.told.emit(sentence)


class VoicePage(GuidePage):
    """Who reads, and a button to hear it.

    Args:
        messages: the texts.
        place: as for ``GuidePage``.
        who: a sentence that says who reads.
        trial: reads a sample.
    """

    def __init__(
        self, messages: Messages, place: tuple[int, int], who: str, trial: Callable[[], None]
    ) -> None:
        super().__init__("voice", messages, place, who=who)
        self.add(button("first-run.voice-try", messages.text("first-run.voice-try"), trial))


class HotkeysPage(GuidePage):
    """The hotkeys, each with a word on whether it was received.

    Args:
        messages: the texts.
        place: as for ``GuidePage``.
        facts: the hotkeys and refusals.
    """

    def __init__(self, messages: Messages, place: tuple[int, int], facts: Facts) -> None:
        super().__init__("hotkeys", messages, place, lines="")
        self._facts, self._received = facts, set[Action]()
        self._update()

    def receive(self, action: Action) -> None:
        """Mark a hotkey as working, and say so."""
        chord = self._facts.chords.get(action, "")
        self._received.add(action)
        self._update()
        self.told.emit(
            self.messages.text("first-run.hotkey-received", action=self._name(action), chord=chord)
        )

    def _update(self) -> None:
        """Write the lines anew; who is reading them stays where they are."""
        lines = "\n".join(self._line(action) for action in Action)
        text = self.messages.text("first-run.hotkeys", lines=lines)
        if not self._facts.chords:
            text = self.messages.text("hotkeys.none")
        line = self.box.textCursor().blockNumber()
        self.box.setPlainText(text.strip())
        cursor = self.box.textCursor()
        cursor.setPosition(self.box.document().findBlockByNumber(line).position())
        self.box.setTextCursor(cursor)

    def _line(self, action: Action) -> str:
        chord = self._facts.chords.get(action, "")
        if action in self._received:
            key = "first-run.hotkey-working"
        elif refusal := self._facts.refused.get(action):
            key = f"hotkeys.refused-{refusal}"
        else:
            key = "first-run.hotkey-untried" if chord else "first-run.hotkey-off"
        return self.messages.text(key, action=self._name(action), chord=chord)

    def _name(self, action: Action) -> str:
        return self.messages.text(f"hotkeys.action-{action}")
