"""The page of the training window on which a folder is chosen and looked through."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem

from assistant.messages import Messages
from assistant.windows.controls import identify, spoken_name
from assistant.windows.file_dialogs import ask_folder
from assistant.windows.training_inspection import Findings, Inspection
from assistant.windows.training_page import TrainingPage
from assistant.windows.training_runs import Command

_DETAILS = Qt.ItemDataRole.UserRole

KNOWN_REASONS = frozenset(
    {
        "photo-missing", "photo-outside-the-folder", "photo-unreadable", "no-caption", "photo-in-two-splits",
        "caption-without-photo", "row-not-understood", "empty-caption", "duplicate-caption",
        "damaged-letters", "caption-too-short", "caption-too-long", "more-captions-than-expected",
        "unexpected-number-of-captions", "file-not-in-utf-8",
    }
)  # fmt: skip
"""Problems that have words of their own, as keys of ``training-problem``; others are shown as they are."""

KNOWN_SPLITS = ("train", "val", "test")


class DataPage(TrainingPage):
    """A folder, and what was found in it.

    Signals:
        found(Path): a folder that can be trained on.

    Attributes:
        folder: that can be trained on; ``None`` before one was looked through.

    Args:
        command: gives the command line of ``python -m training``.
        messages: the texts.
        lacking: a sentence on what has to be installed first; empty when all is there.
    """

    found = Signal(object)

    def __init__(self, command: Command, messages: Messages, lacking: str) -> None:
        super().__init__("data", messages)
        self._lacking = lacking
        self.folder: Path | None = None
        self._looking_at = Path()
        self._inspection = Inspection(command, self)
        self._inspection.finished.connect(self._on_finished)
        self._path = self.add_line("folder")
        self._path.returnPressed.connect(self.check)
        self._check = self.button("check", self._press_check)
        row = QHBoxLayout()
        for made in (self.button("choose", self._ask), self._check):
            row.addWidget(made)
            self.controls.append(made)
        self.column.addLayout(row)
        self._found = self.add_list("found", 6)
        self._details = self.add_box("details", 4)
        self._found.currentItemChanged.connect(self._show_details)
        self._found.addItem(self.text("nothing-checked"))

    def take(self, folder: Path) -> None:
        """Look through a folder that was dropped on the window."""
        self._path.setText(str(folder))
        self.check()

    def check(self) -> None:
        """Look through the folder that is written in the field."""
        name = self._path.text().strip().strip('"')  # Windows copies paths in quotation marks
        folder = Path(name).expanduser()
        if self._inspection.busy:
            self.tell("check-busy")
        elif self._lacking:
            self.told.emit(self._lacking)
        elif not name:
            self.tell("no-folder")
        elif not folder.is_dir():
            self.tell("not-a-folder", path=name)
        else:
            self._begin(folder.absolute())

    def cancel(self) -> None:
        """End the looking, if a folder is being looked through."""
        if self._inspection.busy:
            self._inspection.cancel()
            self._show_busy()
            self._found.addItem(self.text("nothing-checked"))
            self.tell("check-stopped")

    def _begin(self, folder: Path) -> None:
        self.folder, self._looking_at = None, folder
        self._found.clear()
        self._details.clear()
        self._inspection.start(folder)
        self._show_busy()
        self.tell("checking")

    def _press_check(self) -> None:
        if self._inspection.busy:
            self.cancel()
        else:
            self.check()

    def _show_busy(self) -> None:
        text = self.text("check-stop" if self._inspection.busy else "check")
        self._check.setText(text)
        identify(self._check, "training.check", spoken_name(text))

    def _ask(self) -> None:
        start = Path(self._path.text() or Path.home())
        ask_folder(self, self.messages, start=start, chosen=self._path.setText)

    def _on_finished(self, result: Findings | str) -> None:
        self._show_busy()
        if isinstance(result, str):
            reason = result or self.text("no-reason")
            self._found.addItem(self.text("not-readable", reason=reason))
            self.tell("not-readable", reason=reason)
            return
        self._show(result)
        if result.usable:
            self.folder = self._looking_at
            self.found.emit(self.folder)
        self.told.emit(summary(result, self.messages))

    def _show(self, found: Findings) -> None:
        self._found.clear()
        for line in (summary(found, self.messages), self.text("kind", kind=found.kind)):
            self._found.addItem(line)
        for split, (photos, captions) in found.splits.items():
            named = self.text(f"split-{split}") if split in KNOWN_SPLITS else split
            self._found.addItem(self.text("split", split=named, photos=photos, captions=captions))
        for reason, items in found.problems.items():
            item = QListWidgetItem(self.text("problem", count=len(items), reason=self._reason(reason)))
            item.setData(_DETAILS, "\n".join(items))
            self._found.addItem(item)
        self._found.setCurrentRow(0)

    def _reason(self, reason: str) -> str:
        key = reason.lower().replace(" ", "-")
        return self.messages.text(f"training-problem.{key}") if key in KNOWN_REASONS else reason

    def _show_details(self, item: QListWidgetItem | None) -> None:
        details = item.data(_DETAILS) if item else None
        self._details.setPlainText(details or (self.text("no-details") if item else ""))


def summary(found: Findings, messages: Messages) -> str:
    """The findings in a sentence or two."""
    photos = sum(photos for photos, _ in found.splits.values())
    captions = sum(captions for _, captions in found.splits.values())
    left_out = sum(len(items) for items in found.problems.values())
    sentences = [messages.text("training.found-so-much", photos=photos, captions=captions)]
    if left_out:
        sentences.append(messages.text("training.left-out", count=left_out))
    if found.usable:
        sentences.append(messages.text("training.usable"))
    else:
        sentences.append(_why_not(found, messages))
    return " ".join(sentences)


def _why_not(found: Findings, messages: Messages) -> str:
    """In the person's language where the reason is a usual one."""
    if not found.kind:
        return messages.text("training.unknown-kind")
    if sum(captions for _, captions in found.splits.values()) == 0:
        return messages.text("training.no-captions")
    reason = found.why_not or messages.text("training.no-reason")
    return messages.text("training.not-usable", reason=reason)
