"""What the pages of the training window have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGroupBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box

_LINE_PADDING_PX = 16


class TrainingPage(QGroupBox):
    """Controls one below the other, each with its label above it, as on the pages of the settings.

    Signals:
        told(str): a sentence for the person.

    Attributes:
        controls: what takes the focus, in reading order.

    Args:
        name: the texts are ``training.<name>`` and ``training.page-<name>``.
        messages: the texts.
    """

    told = Signal(str)

    def __init__(self, name: str, messages: Messages) -> None:
        title = messages.text(f"training.page-{name}")
        super().__init__(title)
        identify(self, f"training.page-{name}", title)
        self.messages = messages
        self.controls: list[QWidget] = []
        self.column = QVBoxLayout(self)

    def text(self, key: str, **values: object) -> str:
        """A text of the window."""
        return self.messages.text(f"training.{key}", **values)

    def tell(self, key: str, **values: object) -> None:
        """Say one."""
        self.told.emit(self.text(key, **values))

    def button(self, name: str, action: Callable[[], object]) -> QPushButton:
        """A push button with the text ``training.<name>``."""
        return button(f"training.{name}", self.text(name), action)

    def add_list(self, name: str, lines: int) -> QListWidget:
        """A list with the text ``training.<name>``, added with its label.

        Args:
            name: of the control and its text.
            lines: height; the list scrolls.
        """
        made = identify(QListWidget(), f"training.{name}", self.text(name))
        made.setWordWrap(True)
        self.add(made, name, lines)
        return made

    def add_box(self, name: str, lines: int) -> QPlainTextEdit:
        """A box for reading of the same kind."""
        made = reading_box(f"training.{name}", self.text(name))
        self.add(made, name, lines)
        return made

    def add_line(self, name: str) -> QLineEdit:
        """A field for one line of text, of the same kind."""
        made = identify(QLineEdit(), f"training.{name}", self.text(name))
        self.add(made, name)
        return made

    def add(self, control: QWidget, name: str, lines: int = 0) -> None:
        """Put a control below all others, its label above it."""
        if lines:
            # As high as it has to be, and what is left is shared: Qt's own wish would fill the page.
            control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            control.setMinimumHeight(lines * self.fontMetrics().lineSpacing() + _LINE_PADDING_PX)
        self.column.addWidget(label_for(control, self.text(name)))
        self.column.addWidget(control, lines)
        self.controls.append(control)


def replace_text(box: QPlainTextEdit, text: str) -> None:
    """Show another text in a box, and keep the reader's place."""
    if text == box.toPlainText():
        return
    place = box.textCursor().position()
    box.setPlainText(text)
    cursor = box.textCursor()
    cursor.setPosition(min(place, len(text)))
    box.setTextCursor(cursor)
