"""The window that says what this is, under which licences, and where data is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from assistant import __version__
from assistant.messages import Messages
from assistant.windows.controls import button, label_for, reading_box
from assistant.windows.sizes import resize_for_text

DISTRIBUTION = "viclipcap-assistant"
"""This program's name as a package."""

_LONGEST_LICENCE = 100
"""Some packages put the whole text of their licence where its name belongs."""


class AboutWindow(QDialog):
    """Everything in one box that can be read letter by letter and copied.

    Signals:
        told(str): a sentence that is to be said.

    Args:
        messages: the texts.
        places: ``settings``, ``history``, ``models`` or ``state`` -> where it is kept.
    """

    told = Signal(str)

    def __init__(self, messages: Messages, places: Mapping[str, Path]) -> None:
        super().__init__()
        self._messages = messages
        self.setWindowTitle(messages.text("about.title"))
        label = messages.text("about.text-label")
        self._box = reading_box("about.text", label)
        self._box.setPlainText(about_text(messages, places))
        layout, row = QVBoxLayout(self), QHBoxLayout()
        layout.addWidget(label_for(self._box, label))
        layout.addWidget(self._box, 1)
        layout.addLayout(row)
        row.addStretch()
        row.addWidget(button("about.copy", messages.text("about.copy"), self._copy))
        close = button("about.close", messages.text("about.close"), self.reject)
        close.setDefault(True)
        row.addWidget(close)
        resize_for_text(self, columns=46, lines=26)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._box.toPlainText())
        self.told.emit(self._messages.text("about.copied"))


def about_text(messages: Messages, places: Mapping[str, Path]) -> str:
    """Version, purpose, privacy, places of data, and licences.

    Args:
        messages: the texts.
        places: as for ``AboutWindow``.
    """
    kept = [
        messages.text("about.place", what=messages.text(f"about.place-{key}"), path=path)
        for key, path in places.items()
    ]
    return messages.text(
        "about.text",
        version=__version__,
        places="\n".join(kept),
        packages=_packages(messages),
    ).strip()


def app_distributions() -> Iterator[Distribution]:
    """The installed packages that this program asks for, those of the extra ``app`` among them.

    Raises:
        PackageNotFoundError: the program runs from its source without being installed.
    """
    for requirement in distribution(DISTRIBUTION).requires or ():
        name, _, condition = requirement.partition(";")
        extra = re.search(r"""extra\s*==\s*['"](\w+)""", condition)
        if extra and extra[1] != "app":
            continue
        try:
            yield distribution(re.split(r"[^\w.-]", name.strip(), maxsplit=1)[0])
        except PackageNotFoundError:
            continue  # of another system, or an extra that was left out


def licence_of(metadata: PackageMetadata) -> str:
    """The name of a package's licence; empty when its metadata does not say.

    Newer packages have an expression, older ones a free text or a classifier.
    """
    for key in ("License-Expression", "License"):
        stated = (metadata[key] or "").strip() if key in metadata else ""
        if stated and "\n" not in stated and len(stated) <= _LONGEST_LICENCE:
            return stated
    kinds = [line for line in metadata.get_all("Classifier") or () if line.startswith("License ::")]
    return ", ".join(line.rpartition("::")[2].strip() for line in kinds)


def _packages(messages: Messages) -> str:
    try:
        lines = [
            messages.text(
                "about.package",
                name=found.name,
                version=found.version,
                licence=licence_of(found.metadata) or messages.text("about.licence-unknown"),
            )
            for found in app_distributions()
        ]
    except PackageNotFoundError:
        return messages.text("about.packages-unknown")
    return "\n".join(lines)
