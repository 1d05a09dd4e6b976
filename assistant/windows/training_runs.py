"""All training runs of the person: looked at once a second, started, paused, taken up again, ended."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.messages import Messages
from assistant.storage import storage_fault
from assistant.training_launch import start_detached
from assistant.training_run import LOG_FILE, TrainingRun, Wish
from assistant.training_status import CAN_GO_ON, WORKING, RunState, Status
from assistant.windows.training_telling import Teller
from assistant.windows.training_words import in_short

Command: TypeAlias = Callable[[Sequence[str]], list[str]]
"""The command line of ``python -m training`` with these arguments."""

LOOK_MS = 1000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Child:
    """A process started here, and what the status said before it."""

    process: subprocess.Popen[bytes]
    before: float


class TrainingRuns(QObject):
    """Runs live in folders of their own and outlive the window, the app and this object.

    Whatever cannot be done now is answered with a sentence that says why.

    Signals:
        listed(): a run came or went.
        changed(str): a run was looked at and is not as it was.
        told(str): a sentence for the person.

    Attributes:
        closely: tell of progress too, and not of the end alone.

    Args:
        folder: of the runs.
        command: see ``Command``.
        messages: the texts.
        clock: seconds that only grow.
    """

    listed = Signal()
    changed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        folder: Path,
        command: Command,
        messages: Messages,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._command, self._messages, self._clock = folder, command, messages, clock
        self.closely = False
        self._runs: dict[str, TrainingRun] = {}
        self._status: dict[str, Status] = {}
        self._tellers: dict[str, Teller] = {}
        self._children: dict[str, _Child] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    @property
    def names(self) -> list[str]:
        """Of all runs, the newest first."""
        return list(self._runs)

    def run(self, name: str) -> TrainingRun:
        """A run that is listed."""
        return self._runs[name]

    def status(self, name: str) -> Status:
        """How far a run was at the last look."""
        return self._status[name]

    def is_taken(self, name: str) -> bool:
        """Whether there is a run of that name."""
        return (self._folder / name).exists()

    def start(self, name: str, arguments: Sequence[str]) -> bool:
        """Begin a run; false when it cannot be begun.

        Args:
            name: of the run, and of its folder.
            arguments: of ``fit``, but for the folder of the run.
        """
        folder = self._folder / name
        try:
            folder.mkdir(parents=True)
        except OSError as exc:
            self._tell_storage(exc)
            return False
        started = self._launch(folder, ["fit", *arguments, "--out", str(folder)])
        if started:
            self._tell("started", name=name)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        self.look()
        return started

    def resume(self, name: str) -> None:
        """Take a run up where it was left."""
        run, status = self._runs[name], self._status[name]
        arguments = run.arguments
        if status.state in WORKING:
            self._tell("is-running")
        elif status.state not in CAN_GO_ON:
            self._tell("is-finished")
        elif arguments is None:
            self._tell("cannot-go-on")
        elif run.is_worked_on():
            self._tell("still-ending")
        elif self._wish(run, "run"):
            words = arguments if arguments[:1] == ["fit"] else ["fit", *arguments]
            if self._launch(run.folder, words):
                self._tell("going-on", name=name)
            self.look()

    def pause(self, name: str) -> None:
        """Let a run save its state and end; it can be taken up again."""
        self._ask(name, "pause", "pausing")

    def stop(self, name: str) -> None:
        """Let a run end with the best it has."""
        self._ask(name, "stop", "stopping")

    def look(self) -> None:
        """See how all runs are."""
        self._list()
        self._bury()
        for name, run in list(self._runs.items()):
            status = self._status_of(name, run)
            if status == self._status[name]:
                continue
            self._status[name] = status
            run.refresh()
            if sentence := self._tellers[name].news(status, closely=self.closely):
                self.told.emit(sentence)
            self.changed.emit(name)

    def close(self) -> None:
        """Look no more; the processes go on."""
        self._timer.stop()

    def _list(self) -> None:
        try:
            folders = [path for path in self._folder.iterdir() if path.is_dir()]
        except FileNotFoundError:
            folders = []
        except OSError as exc:
            _log.warning("cannot list %s: %s", self._folder, exc)
            return
        if {path.name for path in folders} == set(self._runs):
            return
        newest = sorted(folders, key=_begun, reverse=True)
        self._runs = {path.name: self._runs.get(path.name) or TrainingRun(path) for path in newest}
        for known in (self._status, self._tellers):
            for gone in known.keys() - self._runs.keys():
                del known[gone]
        for name, run in self._runs.items():
            if name not in self._status:
                run.refresh()
                self._status[name] = self._status_of(name, run)
                self._tellers[name] = Teller(run, self._status[name], self._messages, self._clock)
        self.listed.emit()

    def _status_of(self, name: str, run: TrainingRun) -> Status:
        status = run.status()
        child = self._children.get(name)
        if child and status.updated == child.before:  # what the file says is of the process before
            return Status(state=RunState.PREPARING, updated=status.updated)
        if child and status.state not in WORKING and child.process.poll() is None:
            return self._status.get(
                name, status
            )  # it has ended when its process has, and not a moment before
        return status

    def _bury(self) -> None:
        """Take note of processes that ended, and tell of those that ended before they could say anything."""
        for name, child in list(self._children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self._children[name]
            run = self._runs.get(name)
            if not code or run is None:
                continue
            silent, empty = run.status().updated == child.before, run.arguments is None
            if silent or (empty and self._status[name].state is not RunState.FAILED):
                self._tell("not-begun", reason=in_short(run.last_words() or str(code)))
            if empty:  # it left nothing to go on with, and its name is wanted for another attempt
                shutil.rmtree(run.folder, ignore_errors=True)
                self._list()

    def _launch(self, folder: Path, arguments: Sequence[str]) -> bool:
        before = TrainingRun(folder).status().updated
        try:
            process = start_detached(self._command(arguments), folder / LOG_FILE)
        except OSError as exc:
            self._tell_storage(exc)
            return False
        self._children[folder.name] = _Child(process, before)
        return True

    def _ask(self, name: str, wish: Wish, key: str) -> None:
        if self._status[name].state not in WORKING:
            self._tell("not-running")
        elif self._wish(self._runs[name], wish):
            self._tell(key)

    def _wish(self, run: TrainingRun, wish: Wish) -> bool:
        try:
            run.wish(wish)
        except OSError as exc:
            self._tell_storage(exc)
            return False
        return True

    def _tell_storage(self, error: OSError) -> None:
        _log.warning("%s", error)
        self.told.emit(self._messages.text(f"training-storage.{storage_fault(error)}"))

    def _tell(self, key: str, **values: object) -> None:
        self.told.emit(self._messages.text(f"training-told.{key}", **values))


def _begun(folder: Path) -> float:
    """When a run was begun: nothing in it is older than its settings."""
    for path in (folder / "run.json", folder):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return 0.0
