"""The training window: from a folder of photos with captions to a model of one's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from assistant.messages import Messages
from assistant.model_shelf import ModelShelf
from assistant.model_words import failure
from assistant.training_status import WORKING
from assistant.windows.controls import button, identify, label_for, reading_box
from assistant.windows.model_run import ModelRun
from assistant.windows.settings_pages import ScrollingPage
from assistant.windows.sizes import resize_for_text
from assistant.windows.training_data import DataPage
from assistant.windows.training_options import OptionsPage, is_plain_name, name_like
from assistant.windows.training_page import TrainingPage
from assistant.windows.training_progress import ProgressPage
from assistant.windows.training_results import ResultsPage
from assistant.windows.training_runs import Command, TrainingRuns
from engine import CaptionError, ModelFolder, StoreError

_STATUS_LINES = 3
_LIST_PADDING_PX = 32


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the window works with.

    Attributes:
        folder: of the runs.
        shelf: the models: those to go on from, and where a new one is added.
        command: the command line of ``python -m training`` with some arguments.
        lacking: a sentence on what has to be installed first; empty when all is there.
        current: name of the model in use.
        clock: seconds that only grow.
    """

    folder: Path
    shelf: ModelShelf
    command: Command
    lacking: str = ""
    current: str = ""
    clock: Callable[[], float] = time.monotonic


class TrainingWindow(QDialog):
    """Chooses a dataset and options, starts runs, follows them, and takes their models into use.

    Training goes on when the window is closed, and when the app is; opened again, the window finds it.

    Signals:
        told(str): a sentence for the person; it stands in the status box too.
        model_wanted(str): name of a model that was added and is to be used from now on.

    Args:
        workshop: what it works with.
        messages: the texts.
    """

    told = Signal(str)
    model_wanted = Signal(str)

    def __init__(self, workshop: Workshop, messages: Messages) -> None:
        super().__init__()
        self._workshop, self._messages = workshop, messages
        self._runs = TrainingRuns(
            workshop.folder, workshop.command, messages, clock=workshop.clock, parent=self
        )
        self._importing = ModelRun(self)
        self._importing.finished.connect(self._on_imported)
        self._data = DataPage(workshop.command, messages, workshop.lacking)
        self._options = OptionsPage(list(workshop.shelf.store), workshop.current, messages)
        self._progress = ProgressPage(self._runs, messages)
        self._results = ResultsPage(messages)
        self._pages: list[TrainingPage] = [self._data, self._options, self._progress, self._results]
        self.setWindowTitle(self._text("title"))
        self.setAccessibleName(self._text("title"))
        self.setAcceptDrops(True)
        self._list = identify(QListWidget(), "training.pages", self._text("pages"))
        self._stack = QStackedWidget()
        self._status = reading_box("training.status", self._text("status"))
        for page in self._pages:
            self._list.addItem(page.title())
            self._stack.addWidget(ScrollingPage(page, page.controls))
            page.told.connect(self._tell)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        self._lay_out()
        self._data.found.connect(self._on_found)
        self._options.start_wanted.connect(self._start)
        self._progress.chosen.connect(self._show_results)
        self._progress.use_wanted.connect(self._use)
        self._runs.told.connect(self._tell)
        self._show_results(self._progress.current)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin with what is under way, if anything is."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self._options.show_models(list(self._workshop.shelf.store))
        self._runs.closely = True
        self._runs.look()
        working = [name for name in self._runs.names if self._runs.status(name).state in WORKING]
        if working:
            self._progress.choose(working[0])
            self._turn_to(self._progress)
        if self._workshop.lacking:
            self._tell(self._workshop.lacking)
        self._list.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Tell of the end only; minimised, go on telling of progress."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._runs.closely = False
            self._data.cancel()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take a folder."""
        if _dropped_folder(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Look through what was dropped."""
        if folder := _dropped_folder(event):
            event.acceptProposedAction()
            self._turn_to(self._data)
            self._data.take(folder)

    def _text(self, key: str, **values: object) -> str:
        return self._messages.text(f"training.{key}", **values)

    def _lay_out(self) -> None:
        self._status.setFixedHeight(self.fontMetrics().lineSpacing() * _STATUS_LINES + _LIST_PADDING_PX // 2)
        close = button("training.close", self._text("close"), self.reject)
        self._list.setFixedWidth(self._list.sizeHintForColumn(0) + _LIST_PADDING_PX)
        left, above, below = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        left.addWidget(label_for(self._list, self._text("pages")))
        left.addWidget(self._list)
        above.addLayout(left)
        above.addWidget(self._stack, 1)
        below.addStretch()
        below.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addLayout(above, 1)
        layout.addWidget(label_for(self._status, self._text("status")))
        layout.addWidget(self._status)
        layout.addLayout(below)
        inside: list[QWidget] = [control for page in self._pages for control in page.controls]
        for before, after in pairwise([self._list, *inside, self._status, close]):
            QWidget.setTabOrder(before, after)
        resize_for_text(self, columns=58, lines=47)

    def _turn_to(self, page: TrainingPage) -> None:
        self._list.setCurrentRow(self._pages.index(page))

    def _on_found(self, folder: Path) -> None:
        self._options.suggest(name_like(folder.name))

    def _start(self) -> None:
        folder, choice = self._data.folder, self._options.choice
        if self._workshop.lacking:
            self._tell(self._workshop.lacking)
        elif folder is None:
            self._tell(self._text("check-first"))
        elif choice is None:
            self._tell(self._text("no-base"))
        elif problem := self._name_problem(choice.name):
            self._options.ask_for_name()
            self._tell(self._text(problem))
        elif self._runs.start(choice.name, ["--data", str(folder), *choice.arguments]):
            self._turn_to(self._progress)
            self._progress.choose(choice.name)
            self._progress.ask_for_run()

    def _name_problem(self, name: str) -> str:
        """Key of the sentence on why a name cannot be had; empty when it can."""
        if not is_plain_name(name):
            return "bad-name"
        if any(model.name == name for model in self._workshop.shelf.store):
            return "name-of-model"
        return "name-of-run" if self._runs.is_taken(name) else ""

    def _show_results(self, name: str) -> None:
        self._results.show_run(self._runs.run(name) if name else None)

    def _use(self, name: str) -> None:
        model = self._runs.run(name).model
        if self._importing.busy or model is None:
            self._tell(self._text("use-busy"))
            return
        self._tell(self._text("using", name=name))
        self._importing.start(partial(self._workshop.shelf.installer.import_from, model))

    def _on_imported(self, result: ModelFolder | CaptionError) -> None:
        if isinstance(result, StoreError):
            self._tell(failure(result, self._messages))
        elif isinstance(result, CaptionError):
            self._tell(self._messages.error(result))
        else:
            self.model_wanted.emit(result.name)
            self._tell(self._text("in-use", name=result.name))

    def _tell(self, sentence: str) -> None:
        self._status.setPlainText(sentence)
        self.told.emit(sentence)


def _dropped_folder(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((path for path in paths if path.is_dir()), None)
