"""The history window: read, describe again, copy, export and delete what was described before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from assistant.capture.picture import Picture
from assistant.history import Entry, History, HistoryError
from assistant.messages import Messages
from assistant.windows.controls import button, identify, label_for, reading_box
from assistant.windows.file_dialogs import ask_table_file
from assistant.windows.history_words import in_full, plain, sentence, spoken
from assistant.windows.question import Question, Wording
from assistant.windows.sizes import resize_for_text
from engine import ImageError

_ID = Qt.ItemDataRole.UserRole

_COLUMNS = 4

_log = logging.getLogger(__name__)


class HistoryWindow(QDialog):
    """Lists the descriptions of the past, newest first; what they say in full stands below.

    Signals:
        read_wanted(str): to be read aloud.
        describe_wanted(Picture): to be described once more.
        told(str): a sentence for the person; it stands in the status line too.

    Args:
        history: may change meanwhile; ``refresh`` shows it.
        messages: the texts.
        confirm_delete: ask before one entry is deleted. Before all are, the window always asks.
    """

    read_wanted = Signal(str)
    describe_wanted = Signal(object)
    told = Signal(str)

    def __init__(self, history: History, messages: Messages, *, confirm_delete: bool) -> None:
        super().__init__()
        self._history, self._messages = history, messages
        self._confirm_delete = confirm_delete
        self._entries: dict[str, Entry] = {}
        self.setWindowTitle(messages.text("history.title"))
        self.setAccessibleName(messages.text("history.title"))
        self._list = self._make_list()
        self._whole = reading_box("history.entry", messages.text("history.entry"))
        self._buttons = self._make_buttons()
        self._status = reading_box("history.status", messages.text("history.status"))
        self._lay_out()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin in the list, up to date."""
        super().showEvent(event)
        self.refresh()
        self._list.setFocus()
        if not self._entries:
            self._tell(self._messages.text("history.empty"))

    def refresh(self) -> None:
        """Show what the history holds now; the selected entry stays selected."""
        self._entries = {entry.id: entry for entry in self._history.entries()}
        for row in reversed(range(self._list.count())):
            if self._list.item(row).data(_ID) not in self._entries:
                self._list.takeItem(row)
        now = _now()
        # What is left is in the right order, so each entry is either at its row or missing there.
        for row, entry in enumerate(self._entries.values()):
            item = self._list.item(row)
            if item is None or item.data(_ID) != entry.id:
                item = QListWidgetItem()
                item.setData(_ID, entry.id)
                self._list.insertItem(row, item)
            item.setText(sentence(entry, self._messages, now))
        if self._entries and self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        self._show_current()

    def _make_list(self) -> QListWidget:
        made = identify(QListWidget(), "history.entries", self._messages.text("history.entries"))
        made.setWordWrap(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setResizeMode(QListWidget.ResizeMode.Adjust)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.currentItemChanged.connect(self._show_current)
        made.itemActivated.connect(self._read)
        # In the list only: in the box below, the key must not delete anything.
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), made)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        return made

    def _make_buttons(self) -> dict[str, QPushButton]:
        actions = {
            "read": self._read,
            "describe": self._describe,
            "copy": self._copy,
            "export": self._export,
            "remove": self._remove,
            "clear": self._clear,
            "close": self.reject,
        }
        hints = {name: self._messages.text(f"history.{name}-hint") for name in ("read", "remove")}
        return {
            name: button(
                f"history.{name}", self._messages.text(f"history.{name}"), action, hint=hints.get(name, "")
            )
            for name, action in actions.items()
        }

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(label_for(self._list, self._messages.text("history.entries")))
        layout.addWidget(self._list, 4)
        layout.addWidget(label_for(self._whole, self._messages.text("history.entry")))
        layout.addWidget(self._whole, 3)
        grid = QGridLayout()
        for number, made in enumerate(self._buttons.values()):
            grid.addWidget(made, *divmod(number, _COLUMNS))
        layout.addLayout(grid)
        layout.addWidget(label_for(self._status, self._messages.text("history.status")))
        layout.addWidget(self._status, 1)
        resize_for_text(self, columns=48, lines=32)

    def _current(self) -> Entry | None:
        item = self._list.currentItem()
        # Between a deletion and the next refresh the list may know an entry that is gone.
        return self._entries.get(item.data(_ID)) if item else None

    def _show_current(self) -> None:
        entry = self._current()
        text = in_full(entry, self._messages, _now()) if entry else self._messages.text("history.empty")
        if text != self._whole.toPlainText():  # setting it anew would move the reader's place
            self._whole.setPlainText(text)
        for name in ("read", "copy", "export", "remove", "clear"):
            self._buttons[name].setEnabled(entry is not None)
        self._buttons["describe"].setEnabled(entry is not None and entry.picture)

    def _read(self) -> None:
        if entry := self._current():
            self.read_wanted.emit(spoken(entry, self._messages))

    def _describe(self) -> None:
        entry = self._current()
        if entry is None:
            return
        try:
            pixels = self._history.picture(entry)
        except ImageError as exc:
            self._tell(self._messages.text("history.picture-lost", reason=self._messages.error(exc)))
        else:
            self.describe_wanted.emit(Picture(pixels, entry.origin, entry.name))

    def _copy(self) -> None:
        if entry := self._current():
            QGuiApplication.clipboard().setText(plain(entry, self._messages))
            self._tell(self._messages.text("describing.copied"))

    def _export(self) -> None:
        name = self._messages.text("history.file-name")
        ask_table_file(self, self._messages, name=name, chosen=self._export_to)

    def _export_to(self, path: str) -> None:
        try:
            self._history.export(Path(path))
        except HistoryError as exc:
            self._tell_error(exc)
        else:
            self._tell(self._messages.text("describing.saved", path=path))

    def _remove(self) -> None:
        entry = self._current()
        if entry is None:
            return
        if self._confirm_delete:
            # By its id: while the question is open, the list may move on.
            question = self._messages.text("history.ask-remove", text=plain(entry, self._messages))
            self._ask("remove", question, partial(self._remove_entry, entry.id))
        else:
            self._remove_entry(entry.id)

    def _clear(self) -> None:
        question = self._messages.text("history.ask-clear", count=len(self._entries))
        self._ask("clear", question, self._clear_all)

    def _ask(self, what: str, question: str, agreed: Callable[[], object]) -> None:
        text = self._messages.text
        title, yes, no = text(f"history.{what}-title"), text(f"history.{what}-yes"), text("history.keep")
        Question(self, Wording(title, question, yes, no), agreed).open()

    def _remove_entry(self, entry_id: str) -> None:
        self._change(partial(self._history.remove, entry_id))

    def _clear_all(self) -> None:
        self._change(self._history.clear)

    def _change(self, change: Callable[[], None]) -> None:
        """Delete something; the list moves to the neighbour by itself."""
        try:
            change()
        except HistoryError as exc:
            self._tell_error(exc)
            return
        self.refresh()
        self._list.setFocus()
        self._tell(self._messages.text("history.removed" if self._entries else "history.cleared"))

    def _tell_error(self, error: HistoryError) -> None:
        _log.warning("%s", error)
        self._tell(self._messages.text(f"history-error.{error.fault}"))

    def _tell(self, text: str) -> None:
        self._status.setPlainText(text)
        self.told.emit(text)


def _now() -> datetime:
    """In the computer's time zone."""
    return datetime.now(UTC).astimezone()
