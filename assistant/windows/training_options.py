"""The page of the training window on which it is chosen what is trained, and how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from assistant.messages import Messages
from assistant.windows.controls import identify
from assistant.windows.settings_fields import Option, number_box
from assistant.windows.training_page import TrainingPage
from engine import ModelFolder

PARTS = ("mapper", "lora", "all")
"""What can be trained, the gentlest first."""

RATES = ("", "1e-3", "3e-4", "1e-4", "3e-5", "1e-5")
"""Learning rates to choose from; the first leaves it to the recipe."""

EPOCHS = range(1, 101)
_USUAL_EPOCHS = 10

_NAME = re.compile(r"\w[\w.-]{0,59}(?<![.])")
"""What every system takes for the plain name of one folder."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose.

    Attributes:
        base: folder of the model to go on from.
        part: one of ``PARTS``.
        epochs: how often all captions are gone through.
        rate: learning rate; empty to leave it to the recipe.
        name: of the new model.
    """

    base: str
    part: str
    epochs: int
    rate: str
    name: str

    @property
    def arguments(self) -> list[str]:
        """For ``python -m training fit``."""
        rate = ["--learning-rate", self.rate] if self.rate else []
        return [
            "--base", self.base, "--train", self.part, "--epochs", str(self.epochs), *rate,
            "--name", self.name,
        ]  # fmt: skip


class OptionsPage(TrainingPage):
    """The options, each with a word on what it does.

    Signals:
        start_wanted(): the person pressed the button.

    Args:
        models: that can be gone on from.
        current: name of the model in use.
        messages: the texts.
    """

    start_wanted = Signal()

    def __init__(self, models: Sequence[ModelFolder], current: str, messages: Messages) -> None:
        super().__init__("options", messages)
        self._base = self._chooser("base", [])
        self.show_models(models, current)
        self._part = self._chooser("part", [(part, self.text(f"part-{part}")) for part in PARTS])
        self._epochs = number_box("training.epochs", self.text("epochs"), EPOCHS, self.text("epochs-unit"))
        self._epochs.setValue(_USUAL_EPOCHS)
        self.add(self._epochs, "epochs")
        self._rate = self._chooser("rate", [(rate, self.text(f"rate-{rate or 'usual'}")) for rate in RATES])
        self._name = self.add_line("name")
        self._help = self.add_box("help", 5)
        self._part.currentIndexChanged.connect(self._explain)
        self._explain()
        start = self.button("start", self.start_wanted.emit)
        self.column.addWidget(start)
        self.controls.append(start)

    @property
    def choice(self) -> Choice | None:
        """What was chosen; ``None`` when there is no model to go on from."""
        if self._base.currentData() is None:
            return None
        return Choice(
            base=self._base.currentData(),
            part=self._part.currentData(),
            epochs=self._epochs.value(),
            rate=self._rate.currentData(),
            name=self._name.text().strip(),
        )

    def show_models(self, models: Sequence[ModelFolder], current: str = "") -> None:
        """Offer models to go on from; what was chosen stays chosen, unless another is named."""
        current = current or self._base.currentText()
        self._base.clear()
        for model in models:
            self._base.addItem(model.name, str(model.path))
        self._base.setCurrentIndex(max(0, self._base.findText(current)) if models else -1)

    def suggest(self, name: str) -> None:
        """Propose a name for the new model, unless the person wrote one."""
        if not self._name.text().strip():
            self._name.setText(name)

    def ask_for_name(self) -> None:
        """Lead to the field for the name."""
        self._name.setFocus()

    def _chooser(self, name: str, options: Sequence[Option]) -> QComboBox:
        made = identify(QComboBox(), f"training.{name}", self.text(name))
        for data, text in options:
            made.addItem(text, data)
        self.add(made, name)
        return made

    def _explain(self) -> None:
        part = self._part.currentData()
        keys = (f"help-{part}", "help-epochs", "help-rate", "help-name")
        self._help.setPlainText("\n".join(self.text(key) for key in keys))


def is_plain_name(name: str) -> bool:
    """Whether every system takes a name for that of one folder."""
    return _NAME.fullmatch(name) is not None


def name_like(text: str) -> str:
    """A plain name that reminds of a text; empty when nothing is left of it."""
    return re.sub(r"[^\w-]+", "-", text).strip("-._")[:40].lower()
