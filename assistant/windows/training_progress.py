"""The page of the training window that lists the runs and shows how far one is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QListWidgetItem, QProgressBar

from assistant.messages import Messages
from assistant.training_status import CAN_GO_ON, WORKING
from assistant.windows.controls import identify, label_for, spoken_name
from assistant.windows.training_curve import TrainingCurve
from assistant.windows.training_page import TrainingPage, replace_text
from assistant.windows.training_runs import TrainingRuns
from assistant.windows.training_words import (
    percent_done,
    run_line,
    situation,
)

_CURVE_SHARE = 9
"""Of the room that is left over; a list of three lines gets 3."""

_KEY = Qt.ItemDataRole.UserRole


class ProgressPage(TrainingPage):
    """The runs, and all about the chosen one.

    Signals:
        chosen(str): another run is shown, or the one that is shown changed; empty for none.
        use_wanted(str): the person wants the model of a run.

    Args:
        runs: the runs.
        messages: the texts.
    """

    chosen = Signal(str)
    use_wanted = Signal(str)

    def __init__(self, runs: TrainingRuns, messages: Messages) -> None:
        super().__init__("progress", messages)
        self._runs = runs
        self._list = self.add_list("runs", 3)
        self._situation = self.add_box("situation", 6)
        grid = QGridLayout()
        self._pause = self.button("pause", self._press_pause)
        stop, use = self.button("stop", self._stop), self.button("use", self._use)
        for place, made in enumerate((self._pause, stop, use)):
            grid.addWidget(made, 0, place)
            self.controls.append(made)
        self.column.addLayout(grid)
        self._bar = identify(QProgressBar(), "training.bar", self.text("bar"))
        self.column.addWidget(label_for(self._bar, self.text("bar")))
        self.column.addWidget(self._bar)
        self._curve = TrainingCurve(messages)
        self.column.addWidget(label_for(self._curve, self.text("curve")))
        self.column.addWidget(self._curve, _CURVE_SHARE)
        self._list.currentItemChanged.connect(self._on_chosen)
        runs.listed.connect(self._show_list)
        runs.changed.connect(self._on_changed)
        self._show_list()

    @property
    def current(self) -> str:
        """Name of the chosen run; empty when there is none."""
        item = self._list.currentItem()
        return str(item.data(_KEY)) if item else ""

    def choose(self, name: str) -> None:
        """Show a run."""
        if name in self._runs.names:
            self._list.setCurrentRow(self._runs.names.index(name))

    def ask_for_run(self) -> None:
        """Lead to the list of runs."""
        self._list.setFocus()

    def _show_list(self) -> None:
        current = self.current
        with QSignalBlocker(self._list):  # the list has no sense before it is complete
            self._list.clear()
            for name in self._runs.names:
                item = QListWidgetItem(run_line(name, self._runs.status(name), self.messages))
                item.setData(_KEY, name)
                self._list.addItem(item)
            names = self._runs.names
            self._list.setCurrentRow(names.index(current) if current in names else 0)
        self._on_chosen()

    def _on_changed(self, name: str) -> None:
        row = self._runs.names.index(name)
        line = run_line(name, self._runs.status(name), self.messages)
        if self._list.item(row).text() != line:
            self._list.item(row).setText(line)
        if name == self.current:
            self._show_run(name)

    def _on_chosen(self) -> None:
        if self.current:
            self._show_run(self.current)
        else:
            self._situation.setPlainText(self.text("no-runs"))
            self._bar.setValue(0)
            self.chosen.emit("")

    def _show_run(self, name: str) -> None:
        run, status = self._runs.run(name), self._runs.status(name)
        replace_text(self._situation, situation(status, run.epochs, self.messages))
        self._bar.setValue(percent_done(status))
        self._curve.show_run(run.losses, run.epochs)
        text = self.text("resume" if status.state in CAN_GO_ON else "pause")
        if text != self._pause.text():
            self._pause.setText(text)
            self._pause.setAccessibleName(spoken_name(text))
        self.chosen.emit(name)

    def _press_pause(self) -> None:
        name = self.current
        if not name:
            self.tell("no-runs")
        elif self._runs.status(name).state in CAN_GO_ON:
            self._runs.resume(name)
        else:
            self._runs.pause(name)

    def _stop(self) -> None:
        if self.current:
            self._runs.stop(self.current)
        else:
            self.tell("no-runs")

    def _use(self) -> None:
        name = self.current
        if not name:
            self.tell("no-runs")
        elif self._runs.status(name).state in WORKING:
            self.tell("use-later")
        elif self._runs.run(name).model is None:
            self.tell("no-model")
        else:
            self.use_wanted.emit(name)
