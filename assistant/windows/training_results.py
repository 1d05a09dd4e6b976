"""The page of the training window with what each epoch brought: numbers, and what the model says by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from assistant.messages import Messages
from assistant.training_run import Sample, TrainingRun
from assistant.windows.training_page import TrainingPage, replace_text
from assistant.windows.training_words import epoch_lines, photo_lines, photo_story

_FILE = Qt.ItemDataRole.UserRole


class ResultsPage(TrainingPage):
    """A table of the epochs as a list, and a few photos the model has not learnt from with its captions.

    Args:
        messages: the texts.
    """

    def __init__(self, messages: Messages) -> None:
        super().__init__("results", messages)
        self._samples: Sequence[Sample] = ()
        self._epochs = self.add_list("epochs-so-far", 4)
        self._photos = self.add_list("photos", 5)
        self._story = self.add_box("story", 6)
        self._photos.currentItemChanged.connect(self._show_story)

    def show_run(self, run: TrainingRun | None) -> None:
        """Show what a run brought so far; nothing when there is none."""
        lines = epoch_lines(run.epochs, self.messages) if run else []
        _bring_up_to_date(self._epochs, lines or [self.text("no-epochs")])
        self._samples = run.samples if run else ()
        photos = photo_lines(self._samples, self.messages)
        if photos and self._files() == list(photos):
            _bring_up_to_date(self._photos, list(photos.values()))
        else:
            self._list_photos(photos)
        self._show_story()

    def _files(self) -> list[Path]:
        rows = range(self._photos.count())
        return [Path(file) for row in rows if (file := self._photos.item(row).data(_FILE))]

    def _list_photos(self, photos: Mapping[Path, str]) -> None:
        with QSignalBlocker(self._photos):
            self._photos.clear()
            for file, line in photos.items():
                item = QListWidgetItem(line)
                item.setData(_FILE, str(file))
                self._photos.addItem(item)
            if not photos:
                self._photos.addItem(self.text("no-samples"))
            self._photos.setCurrentRow(0)

    def _show_story(self) -> None:
        item = self._photos.currentItem()
        file = item.data(_FILE) if item else None
        replace_text(self._story, photo_story(self._samples, Path(file), self.messages) if file else "")


def _bring_up_to_date(rows: QListWidget, lines: Sequence[str]) -> None:
    """Change what is new: a list written anew would lose the reader's place."""
    while rows.count() > len(lines):
        rows.takeItem(rows.count() - 1)
    for row, line in enumerate(lines):
        if row >= rows.count():
            rows.addItem(line)
        elif rows.item(row).text() != line:
            rows.item(row).setText(line)
