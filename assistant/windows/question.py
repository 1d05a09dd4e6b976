"""One question with two answers, each of which says what it does.

Not a ``QMessageBox``: NVDA reads the text of those twice (nvda #14560).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.windows.controls import button


@dataclass(frozen=True, slots=True)
class Wording:
    """What is asked.

    Attributes:
        title: of the dialog, heard first.
        text: the question.
        yes, no: the two buttons, with mnemonics.
    """

    title: str
    text: str
    yes: str
    no: str


class Question(QDialog):
    """Asks without holding up the program. Escape means no, and "no" has the focus.

    Args:
        parent: cannot be used until there is an answer, and gets the focus back.
        wording: the texts.
        agreed: called when the answer is yes.
    """

    def __init__(self, parent: QWidget, wording: Wording, agreed: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(wording.title)
        text = QLabel(wording.text)
        text.setWordWrap(True)
        no = button("question.no", wording.no, self.reject)
        row = QHBoxLayout()
        row.addWidget(button("question.yes", wording.yes, self.accept))
        row.addWidget(no)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(row)
        # The answer "no" is the one that loses nothing, so Enter gives it until the person moves.
        no.setDefault(True)
        no.setFocus()
        self.accepted.connect(agreed)
