"""The main window: what to describe, what was found, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QGroupBox,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from assistant.description import Description
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box, reading_line
from assistant.windows.sizes import resize_for_text


class Command(StrEnum):
    """What can be asked for in the main window and in the tray; the values are keys of ``main.*``."""

    SCREEN = "screen"
    WINDOW = "window"
    REGION = "region"
    CLIPBOARD = "clipboard"
    FILE = "file"
    CAMERA = "camera"
    FOLDER = "folder"
    READ = "read"
    REPEAT = "repeat"
    MORE = "more"
    TEXT = "text"
    STOP = "stop"
    PAUSE = "pause"
    STATUS = "status"
    COPY = "copy"
    SAVE = "save"
    AGAIN = "again"
    HISTORY = "history"
    SETTINGS = "settings"
    MODELS = "models"
    TRAIN = "train"
    RELEASE = "release"
    GUIDE = "guide"
    ABOUT = "about"
    QUIT = "quit"


GROUPS: Mapping[str, tuple[Command, ...]] = {
    "sources": (
        Command.SCREEN, Command.WINDOW, Command.REGION, Command.CLIPBOARD, Command.FILE, Command.CAMERA,
        Command.FOLDER, Command.READ,
    ),
    "result": (
        Command.REPEAT, Command.MORE, Command.TEXT, Command.STOP, Command.PAUSE, Command.STATUS, Command.COPY,
        Command.SAVE, Command.AGAIN,
    ),
    "program": (
        Command.HISTORY, Command.SETTINGS, Command.MODELS, Command.TRAIN, Command.RELEASE, Command.GUIDE,
        Command.ABOUT, Command.QUIT,
    ),
}  # fmt: skip

OF_A_RESULT = (
    Command.REPEAT, Command.MORE, Command.TEXT, Command.COPY, Command.SAVE, Command.AGAIN,
)  # fmt: skip
"""What can only be done with a result."""

_SHORTCUTS: Mapping[Command, str] = {
    Command.FILE: "Ctrl+O",
    Command.CLIPBOARD: "Ctrl+V",
    Command.REPEAT: "Ctrl+R",
    Command.PAUSE: "Ctrl+P",
    Command.SAVE: "Ctrl+S",
    Command.HISTORY: "Ctrl+H",
    Command.SETTINGS: "Ctrl+,",
    Command.GUIDE: "F1",
    Command.QUIT: "Ctrl+Q",
}

_COLUMNS = 3


class MainWindow(QMainWindow):
    """Buttons for every source and action, and the result in a box that can be read letter by letter.

    Signals:
        commanded(Command): a button or key was pressed.
        dropped(QMimeData): something was dropped on the window, or pasted.
        closing(): the person closed the window.

    Args:
        messages: the texts.
    """

    commanded = Signal(object)
    dropped = Signal(object)
    closing = Signal()

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self.setWindowTitle(messages.text("main.title"))
        self.setAccessibleName(messages.text("main.title"))
        self.setAcceptDrops(True)
        self.result = reading_box("result", messages.text("main.result"))
        self.result.setPlainText(messages.text("main.nothing-yet"))
        self.result.setMinimumHeight(90)
        self.certainty = reading_line("certainty", messages.text("main.certainty"))
        self.status = reading_line("status-line", messages.text("main.status-line"))
        self.buttons: dict[Command, QPushButton] = {}
        inside = QWidget()
        self._lay_out(QVBoxLayout(inside))
        area = QScrollArea()  # at 200 % on a small screen nothing may be cut off
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        self.setCentralWidget(area)
        resize_for_text(self, columns=62, lines=46)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self._on_escape)
        self.buttons[Command.SCREEN].setFocus()
        self.show_description(None)

    def show_description(self, description: Description | None) -> None:
        """Show a result; the focus stays where it is."""
        known = description is not None
        if description:
            self.result.setPlainText(description.shown)
            self.certainty.setText(self._messages.certainty(description.caption))
            name = description.picture.name
            origin = self._messages.text(f"origin.{description.picture.origin}")
            self.tell(f"{origin}: {name}" if name else origin)
        for command in OF_A_RESULT:
            self.buttons[command].setEnabled(known)

    def show_lines(self, lines: str) -> None:
        """Show what came out for several files; it has no certainty of its own."""
        self.result.setPlainText(lines)
        self.certainty.clear()
        self.tell(self._messages.text("several.done"))

    def tell(self, sentence: str) -> None:
        """Show a sentence in the status line."""
        self.status.setText(sentence)
        self.status.setCursorPosition(0)

    def copy_result(self) -> None:
        """Put the description on the clipboard."""
        QGuiApplication.clipboard().setText(self.result.toPlainText())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take pictures and files."""
        data = event.mimeData()
        if data.hasImage() or data.hasUrls() or data.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Have what was dropped described."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Whether the program ends is the app's to decide."""
        event.ignore()
        self.closing.emit()

    def choose_file(self) -> str:
        """Ask for a picture file; empty when the person changed their mind."""
        title, kinds = self._messages.text("main.choose-file"), self._messages.text("main.picture-files")
        suffixes = "*.jpg *.jpeg *.png *.webp *.avif *.gif *.bmp *.tif *.tiff"
        path, _ = QFileDialog.getOpenFileName(self, title, filter=f"{kinds} ({suffixes})")
        return path

    def choose_target(self) -> str:
        """Ask where to save the description; empty when the person changed their mind."""
        title, kinds = self._messages.text("main.choose-target"), self._messages.text("main.text-files")
        path, _ = QFileDialog.getSaveFileName(self, title, filter=f"{kinds} (*.txt)")
        return path

    def _lay_out(self, layout: QVBoxLayout) -> None:
        layout.addWidget(self._group("sources"))
        for field, key in ((self.result, "result"), (self.certainty, "certainty")):
            layout.addWidget(label_for(field, self._messages.text(f"main.{key}")))
            layout.addWidget(field, 1 if field is self.result else 0)
        layout.addWidget(self._group("result"))
        layout.addWidget(label_for(self.status, self._messages.text("main.status-line")))
        layout.addWidget(self.status)
        layout.addWidget(self._group("program"))

    def _group(self, name: str) -> QGroupBox:
        title = self._messages.text(f"main.{name}-group")
        group = identify(QGroupBox(title), f"{name}-group", title)
        grid = QGridLayout(group)
        for place, command in enumerate(GROUPS[name]):
            made = self._button(command)
            grid.addWidget(made, place // _COLUMNS, place % _COLUMNS)
        return group

    def _button(self, command: Command) -> QPushButton:
        made = button(
            command.value, self._messages.text(f"main.{command}"), self._emitter(command),
            shortcut=_SHORTCUTS.get(command, ""),
        )  # fmt: skip
        self.buttons[command] = made
        return made

    def _emitter(self, command: Command) -> Callable[[], None]:
        return lambda: self.commanded.emit(command)

    def _on_escape(self) -> None:
        self.commanded.emit(Command.STOP)
