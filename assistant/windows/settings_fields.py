"""The control of one setting; its kind, limits and choices come from ``RULES``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from assistant.messages import Messages
from assistant.settings import RULES, Choice, Switch, Whole
from assistant.windows.controls import identify, spoken_name

Option = tuple[str, str]
"""A value and how it is shown."""

_STEPS = {"text_scale": 10, "sound_volume": 10, "history_megabytes": 50}
_ZERO_IN_WORDS = frozenset({"beams", "release_after_minutes"})
"""Zero means something of its own; the text is ``settings.<name>-zero``."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The control of one setting.

    Attributes:
        name: of the attribute of ``Settings``.
        control: what the person uses.
        label: with a mnemonic; empty where the control shows it itself.
        value: what it is set to.
    """

    name: str
    control: QWidget
    label: str
    value: Callable[[], object]


def make_field(name: str, value: object, messages: Messages, options: Sequence[Option] = ()) -> Field:
    """The control that fits the rule of a setting.

    Args:
        name: of the attribute of ``Settings``.
        value: what it is set to; follows its rule.
        messages: the texts; the label is ``settings.<name>``, with hyphens.
        options: to choose from, where the rule itself names none; ``value`` is one of them.
    """
    key = f"settings.{name.replace('_', '-')}"
    label = messages.text(key)
    match RULES[name]:
        case Switch():
            box = identify(QCheckBox(label), key, label)
            box.setChecked(bool(value))
            return Field(name, box, "", box.isChecked)
        case Whole(low, high):
            number = number_box(key, label, range(low, high + 1), messages.text(f"{key}-unit"))
            number.setSingleStep(_STEPS.get(name, 1))
            if name in _ZERO_IN_WORDS:
                number.setSpecialValueText(messages.text(f"{key}-zero"))
            number.setValue(int(str(value)))
            return Field(name, number, label, number.value)
        case Choice() as rule:
            options = [(word, messages.text(f"{key}-{word}")) for word in rule.words]
    chooser = identify(QComboBox(), key, label)
    for data, text in options:
        chooser.addItem(text, data)
    chooser.setCurrentIndex(chooser.findData(value))
    return Field(name, chooser, label, chooser.currentData)


def number_box(identifier: str, label: str, limits: range, unit: str) -> QSpinBox:
    """A field for a whole number.

    Args:
        identifier: stable, language-independent.
        label: may hold a mnemonic.
        limits: what it can be, without gaps.
        unit: follows the number.
    """
    number = identify(QSpinBox(), identifier, label)
    number.setRange(limits[0], limits[-1])
    number.setSuffix(unit)
    # Some screen readers are told of the inner field, which has the real focus.
    number.lineEdit().setAccessibleName(spoken_name(label))
    return number
