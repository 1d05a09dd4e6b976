"""The models window: what is installed, what can be had; download, add, remove."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from assistant.messages import Messages
from assistant.model_shelf import Entry, ModelShelf
from assistant.model_words import details, line, megabytes, percent_of, title
from assistant.windows.controls import button, identify, label_for, reading_box
from assistant.windows.file_dialogs import ask_folder, ask_zip_file
from assistant.windows.model_work import ModelWork, Read
from assistant.windows.question import Question, Wording
from assistant.windows.sizes import resize_for_text
from engine import BUILTIN_CATALOGUE, OfferedModel, StoreError, Transfer, read_catalogue

_NAME = Qt.ItemDataRole.UserRole

_COLUMNS = 3

_log = logging.getLogger(__name__)


class ModelsWindow(QDialog):
    """Lists the models; what is known of the chosen one stands below. A download goes on when it is closed.

    Signals:
        told(str): a sentence for the person; it stands in the status box too.
        models_changed(): a model was installed, replaced or removed.
        catalogue_read(str): address of a catalogue that could be read.

    Args:
        shelf: the models.
        messages: the texts.
        address: of the catalogue that was read last time; it is read again only when the person asks.
        read: fetches catalogues.
        clock: seconds that only grow.
    """

    told = Signal(str)
    models_changed = Signal()
    catalogue_read = Signal(str)

    def __init__(
        self,
        shelf: ModelShelf,
        messages: Messages,
        *,
        address: str = "",
        read: Read = read_catalogue,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._shelf, self._messages = shelf, messages
        self._offers = {offer.name: offer for offer in _shipped(read)}
        self._entries: dict[str, Entry] = {}
        self._work = ModelWork(shelf.installer, messages, read, clock, self)
        self.setWindowTitle(self._text("title"))
        self.setAccessibleName(self._text("title"))
        self._list = identify(QListWidget(), "models.list", self._text("list"))
        self._list.setWordWrap(True)
        self._list.currentItemChanged.connect(self._show_current)
        self._details = reading_box("models.details", self._text("details"))
        self._address = identify(QLineEdit(address), "models.address", self._text("address"))
        self._address.returnPressed.connect(self._look)
        self._bar = identify(QProgressBar(), "models.progress", self._text("progress"))
        self._bar.setValue(0)
        self._status = reading_box("models.status", self._text("status"))
        self._lay_out()
        self._work.told.connect(self._tell)
        self._work.progressed.connect(self._bar.setValue)
        self._work.changed.connect(self._on_changed)
        self._work.found.connect(self._on_found)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin in the list, up to date."""
        super().showEvent(event)
        self._refresh()
        self._list.setFocus()

    def _text(self, key: str, **values: object) -> str:
        return self._messages.text(f"models-window.{key}", **values)

    def _lay_out(self) -> None:
        """The order in which controls are added is the order of the Tab key."""
        layout = QVBoxLayout(self)
        self._add_labelled(layout, self._list, "list", 3)
        self._add_labelled(layout, self._details, "details", 3)
        layout.addWidget(label_for(self._address, self._text("address")))
        catalogue = QHBoxLayout()
        catalogue.addWidget(self._address, 1)
        catalogue.addWidget(button("models.look", self._text("look"), self._look))
        layout.addLayout(catalogue)
        grid = QGridLayout()
        actions: dict[str, Callable[[], object]] = {
            "get": self._get, "folder": self._ask_folder, "zip": self._ask_zip,
            "remove": self._remove, "stop": self._work.stop, "close": self.reject,
        }  # fmt: skip
        for place, (name, action) in enumerate(actions.items()):
            grid.addWidget(button(f"models.{name}", self._text(name), action), *divmod(place, _COLUMNS))
        layout.addLayout(grid)
        self._add_labelled(layout, self._bar, "progress", 0)
        self._add_labelled(layout, self._status, "status", 1)
        resize_for_text(self, columns=52, lines=38)

    def _add_labelled(self, layout: QVBoxLayout, control: QWidget, key: str, stretch: int) -> None:
        layout.addWidget(label_for(control, self._text(key)))
        layout.addWidget(control, stretch)

    def _refresh(self, name: str = "") -> None:
        """Show what there is now; the same model stays chosen, unless another is named."""
        current = self._current()
        name = name or (current.name if current else "")
        entries = self._shelf.entries(list(self._offers.values()))
        self._entries = {entry.name: entry for entry in entries}
        self._list.blockSignals(True)  # the list has no sense before it is complete
        self._list.clear()
        for entry in entries:
            item = QListWidgetItem(line(entry, self._messages))
            item.setData(_NAME, entry.name)
            self._list.addItem(item)
        names = list(self._entries)
        self._list.setCurrentRow(names.index(name) if name in names else 0)
        self._list.blockSignals(False)
        self._show_current()

    def _current(self) -> Entry | None:
        item = self._list.currentItem()
        return self._entries[item.data(_NAME)] if item else None

    def _show_current(self) -> None:
        entry = self._current()
        text = details(entry, self._messages, self._kept_percent(entry)) if entry else self._text("none")
        if text != self._details.toPlainText():  # setting it anew would move the reader's place
            self._details.setPlainText(text)

    def _kept_percent(self, entry: Entry) -> int:
        offer = entry.offer
        return percent_of(self._shelf.installer.kept_bytes(offer), offer.size_bytes) if offer else 0

    def _get(self) -> None:
        entry = self._current()
        if entry is None:
            self._tell(self._text("none-chosen"))
        elif entry.offer is None:
            self._tell(self._text("already"))
        else:
            question = details(Entry(None, entry.offer), self._messages)
            self._ask("get", question, partial(self._work.fetch, entry.offer))

    def _ask_folder(self) -> None:
        ask_folder(self, self._messages, start=Path.home(), chosen=self._work.import_from)

    def _ask_zip(self) -> None:
        ask_zip_file(self, self._messages, chosen=self._work.import_from)

    def _remove(self) -> None:
        entry = self._current()
        folder = entry.folder if entry else None
        if entry is None or folder is None:
            self._tell(self._text("not-installed" if entry else "none-chosen"))
        elif kept := self._shelf.why_kept(folder):
            self._tell(self._messages.text(f"kept.{kept}"))
        else:
            name, size_mb = title(entry, self._messages), megabytes(folder.size_bytes)
            question = self._text("ask-remove", title=name, size_mb=size_mb)
            self._ask("remove", question, partial(self._work.remove, folder))

    def _ask(self, what: str, question: str, agreed: Callable[[], object]) -> None:
        heading, yes, no = (self._text(key) for key in (f"ask-{what}-title", f"{what}-yes", f"{what}-no"))
        Question(self, Wording(heading, question, yes, no), agreed).open()

    def _look(self) -> None:
        address = self._address.text().strip().strip('"')  # Windows copies paths in quotation marks
        if address:
            self._work.look(address)
        else:
            self._tell(self._text("no-address"))

    def _on_changed(self, name: str) -> None:
        self._refresh(name)
        self.models_changed.emit()

    def _on_found(self, address: str, offers: tuple[OfferedModel, ...]) -> None:
        self._offers |= {offer.name: offer for offer in offers}
        self._refresh(offers[0].name if offers else "")
        self.catalogue_read.emit(address)

    def _tell(self, text: str) -> None:
        self._show_current()  # how much of a download is kept may have changed
        self._status.setPlainText(text)
        self.told.emit(text)


def _shipped(read: Read) -> Sequence[OfferedModel]:
    """What the program's own catalogue offers; the window is of use without it, too."""
    try:
        return read(BUILTIN_CATALOGUE, Transfer())
    except StoreError as exc:
        _log.warning("%s", exc)
        return ()
