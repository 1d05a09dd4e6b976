"""The history window: what was described before, to be read, described again, saved or removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QVBoxLayout,
)

from assistant.capture.picture import Picture
from assistant.history import Entry, History, HistoryError
from assistant.messages import Messages, certainty
from assistant.windows.controls import button, identify, label_for, reading_box, reading_line
from assistant.windows.sizes import resize_for_text
from engine import ImageError

_COLUMNS = 3


class HistoryWindow(QDialog):
    """A list of sentences, newest first, and the whole of the chosen entry below it.

    Signals:
        told(str): a sentence that is to be said; the window shows it too.
        read_wanted(str): a description is to be read aloud.
        describe_wanted(Picture): a kept picture is to be described again.

    Args:
        history: what is shown and changed.
        messages: the texts.
        confirm_delete: ask before one entry is removed; before all are, it is always asked.
    """

    told = Signal(str)
    read_wanted = Signal(str)
    describe_wanted = Signal(object)

    def __init__(self, history: History, messages: Messages, *, confirm_delete: bool) -> None:
        super().__init__()
        self._history, self._messages, self._confirm = history, messages, confirm_delete
        self._entries: list[Entry] = []
        text = messages.text
        self.setWindowTitle(text("history.title"))
        self.list = identify(QListWidget(), "history.entries", text("history.entries"))
        self.box = reading_box("history.entry", text("history.entry"))
        self.status = reading_line("history.status", text("history.status"))
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemActivated.connect(self._read)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self.refresh()

    def refresh(self) -> None:
        """Show the entries as they are now; the chosen one stays chosen."""
        chosen = self._entry()
        self._fill(chosen.id if chosen else "")

    def _lay_out(self) -> None:
        text = self._messages.text
        layout, grid = QVBoxLayout(self), QGridLayout()
        for field, key in ((self.list, "entries"), (self.box, "entry")):
            layout.addWidget(label_for(field, text(f"history.{key}")))
            layout.addWidget(field, 2 if field is self.list else 1)
        layout.addLayout(grid)
        actions = {
            "read": self._read, "describe": self._describe, "copy": self._copy, "export": self._export,
            "remove": self._remove, "clear": self._clear, "close": self.reject,
        }  # fmt: skip
        self.buttons = {
            name: button(f"history.{name}", text(f"history.{name}"), action)
            for name, action in actions.items()
        }
        for place, made in enumerate(self.buttons.values()):
            grid.addWidget(made, place // _COLUMNS, place % _COLUMNS)
        layout.addWidget(label_for(self.status, text("history.status")))
        layout.addWidget(self.status)
        resize_for_text(self, columns=52, lines=26)

    def _fill(self, chosen_id: str, fallback_row: int = 0) -> None:
        self._entries = self._history.entries()
        self.list.blockSignals(True)
        self.list.clear()
        for entry in self._entries:
            self.list.addItem(QListWidgetItem(self._line(entry)))
        rows = [row for row, entry in enumerate(self._entries) if entry.id == chosen_id]
        row = rows[0] if rows else min(fallback_row, len(self._entries) - 1)
        self.list.blockSignals(False)
        self.list.setCurrentRow(row)
        self._on_row(row)

    def _on_row(self, row: int) -> None:
        entry = self._entry()
        self.box.setPlainText(self._whole(entry) if entry else self._messages.text("history.empty"))
        for name in ("read", "copy", "remove", "export", "clear"):
            self.buttons[name].setEnabled(entry is not None)
        self.buttons["describe"].setEnabled(entry is not None and entry.picture)

    def _entry(self) -> Entry | None:
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _read(self) -> None:
        if entry := self._entry():
            self.read_wanted.emit(self._sentence(entry))

    def _describe(self) -> None:
        entry = self._entry()
        if entry is None or not entry.picture:
            return
        try:
            pixels = self._history.picture(entry)
        except ImageError as exc:
            self._tell(self._messages.error(exc))
        else:
            self.describe_wanted.emit(Picture(pixels, entry.origin, entry.name))

    def _copy(self) -> None:
        if entry := self._entry():
            QGuiApplication.clipboard().setText(self._sentence(entry))
            self._tell(self._messages.text("describing.copied"))

    def _export(self) -> None:
        text = self._messages.text
        name, _ = QFileDialog.getSaveFileName(
            self, text("history.export-title"), "", "CSV (*.csv);;JSON (*.json)"
        )
        if not name:
            return
        path = Path(name if Path(name).suffix else f"{name}.csv")
        try:
            self._history.export(path)
        except HistoryError as exc:
            self._tell(text(f"history-error.{exc.fault}"))
        else:
            self._tell(text("describing.saved", path=path))

    def _remove(self) -> None:
        entry, row = self._entry(), self.list.currentRow()
        if entry is None or (self._confirm and not self._agreed("history.ask-remove")):
            return
        try:
            self._history.remove(entry.id)
        except HistoryError as exc:
            self._tell(self._messages.text(f"history-error.{exc.fault}"))
            return
        self._fill("", row)
        self.list.setFocus()
        self._tell(self._messages.text("history.removed"))

    def _clear(self) -> None:
        if not self._agreed("history.ask-clear"):
            return
        try:
            self._history.clear()
        except HistoryError as exc:
            self._tell(self._messages.text(f"history-error.{exc.fault}"))
        else:
            self._tell(self._messages.text("history.cleared"))
        self._fill("")

    def _agreed(self, question: str) -> bool:
        """Ask in a dialog whose buttons say what they do; doing nothing is the default."""
        dialog = QMessageBox(self)
        dialog.setWindowTitle(self._messages.text("history.title"))
        dialog.setText(self._messages.text(question))
        yes = dialog.addButton(self._messages.text("history.yes"), QMessageBox.ButtonRole.AcceptRole)
        no = dialog.addButton(self._messages.text("history.no"), QMessageBox.ButtonRole.RejectRole)
        dialog.setDefaultButton(no)
        dialog.setEscapeButton(no)
        dialog.exec()
        return dialog.clickedButton() is yes

    def _line(self, entry: Entry) -> str:
        origin = self._messages.text(f"origin.{entry.origin}")
        return f"{self._when(entry.time)}, {origin}: {self._sentence(entry)}"

    def _whole(self, entry: Entry) -> str:
        lines = [self._sentence(entry), f"{self._when(entry.time)}. {entry.name}".rstrip(". ")]
        if entry.text:
            lines.append(self._messages.text(f"certainty.{certainty(entry.confidence)}"))
        lines += [
            self._messages.text("describing.alternative", text=other).strip() for other in entry.alternatives
        ]
        return "\n".join(lines)

    def _sentence(self, entry: Entry) -> str:
        return entry.text or self._messages.text(f"verdict.{entry.verdict}")

    def _when(self, time: datetime) -> str:
        local, today = time.astimezone(), datetime.now().astimezone().date()
        days = {today: "history.today", today - timedelta(days=1): "history.yesterday"}
        clock = f"{local:%H:%M}"
        if key := days.get(local.date()):
            return self._messages.text(key, time=clock)
        return f"{local.day}/{local.month}/{local.year} {clock}"

    def _tell(self, sentence: str) -> None:
        self.status.setText(sentence)
        self.told.emit(sentence)
