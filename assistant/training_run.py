"""One training run through its folder, which the training process writes: read it, and tell it what to do.

The process need not be a child of this one, and outlives it. Reading is cheap enough to be done once a
second: of files that grow, only what is new is read.
"""

from __future__ import annotations

import csv
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from filelock import FileLock, Timeout

from assistant.storage import SHARED, write_atomically
from assistant.training_status import WORKING, RunState, Status, finite, read_status

Wish = Literal["run", "pause", "stop"]

Place = tuple[str, int, int]
"""Stage, epoch and step, the latter two from 1."""

RUN_FILE, STATUS_FILE, CONTROL_FILE = "run.json", "status.json", "control.json"
STEPS_FILE, HISTORY_FILE, SAMPLES_FILE = "steps.csv", "history.csv", "samples.jsonl"
LOG_FILE, LOCK_FILE, MODEL_FOLDER = "output.log", ".lock", "model"

_FRESH_S = 5.0
"""A status is written once a second, so after this long something may be wrong."""

_DAMAGE = (ValueError, TypeError, LookupError)
"""What a line raises that was written by halves, or by another version."""

_Row = TypeVar("_Row")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of ``history.csv``: mean loss, CIDEr-D on the validation photos, seconds it took."""

    stage: str
    number: int
    loss: float | None
    score: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What the model said of a validation photo after an epoch."""

    stage: str
    epoch: int
    file: Path
    references: tuple[str, ...]
    caption: str


class TrainingRun:
    """A run.

    Attributes:
        losses: place -> loss of the step, in order of time.
        epochs: those that ended.
        samples: for the same few photos after each validation.

    Args:
        folder: of the run; its name is the name of the run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.losses: dict[Place, float] = {}
        self._epochs: dict[tuple[str, int], Epoch] = {}
        self._samples: dict[tuple[str, int, Path], Sample] = {}
        self._steps_log = _GrowingFile(folder / STEPS_FILE)
        self._history = _GrowingFile(folder / HISTORY_FILE)
        self._samples_log = _GrowingFile(folder / SAMPLES_FILE)
        self._step_columns: list[str] = []

    @property
    def name(self) -> str:
        """Of the run and of its model."""
        return self.folder.name

    @property
    def epochs(self) -> list[Epoch]:
        """The epochs that ended, in order of time."""
        return list(self._epochs.values())

    @property
    def samples(self) -> list[Sample]:
        """All samples, in order of time."""
        return list(self._samples.values())

    @property
    def model(self) -> Path | None:
        """The model folder that came out; ``None`` as long as there is none."""
        folder = self.folder / MODEL_FOLDER
        return folder if (folder / "config.json").is_file() else None

    @property
    def arguments(self) -> list[str] | None:
        """What the training command was called with; ``None`` when it never came to work."""
        try:
            return [str(word) for word in json.loads((self.folder / RUN_FILE).read_bytes())["arguments"]]
        except (OSError, *_DAMAGE):
            return None

    def status(self, now_s: float | None = None) -> Status:
        """How far it is.

        Args:
            now_s: Unix time; the present if not given.
        """
        found = read_status(self.folder / STATUS_FILE)
        if found is None:
            return Status(state=RunState.PREPARING if self.is_worked_on() else RunState.BROKEN)
        age_s = (time.time() if now_s is None else now_s) - found.updated
        if found.state in WORKING and age_s > _FRESH_S and not self.is_worked_on():
            return replace(found, state=RunState.BROKEN)
        return found

    def is_worked_on(self) -> bool:
        """Whether a process holds the run's lock; the system takes it from one that ends in any way."""
        try:
            with FileLock(self.folder / LOCK_FILE, blocking=False):
                return False
        except Timeout:
            return True
        except OSError as exc:  # a folder that was taken away, or may not be written to
            _log.warning("cannot see whether %s is being worked on: %s", self.folder, exc)
            return False

    def refresh(self) -> None:
        """Read what is new in the logs of steps, epochs and samples."""
        self._read_steps()
        if lines := self._history.all_if_changed():
            self._epochs.clear()
            _take_in(csv.DictReader(lines), self._keep_epoch)
        lines, anew = self._samples_log.new_lines()
        if anew:
            self._samples.clear()
        _take_in(lines, self._keep_sample)

    def wish(self, what: Wish) -> None:
        """Tell the process what to do; it looks before each step.

        Raises:
            OSError: the wish could not be written.
        """
        data = json.dumps({"wish": what}).encode()
        write_atomically(self.folder / CONTROL_FILE, data, mode=SHARED)

    def last_words(self) -> str:
        """The last line the process wrote to its terminal; empty when there is none."""
        try:
            text = (self.folder / LOG_FILE).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        return lines[-1] if lines else ""

    def _read_steps(self) -> None:
        lines, anew = self._steps_log.new_lines()
        if anew:
            self.losses.clear()
        _take_in(csv.reader(lines), self._keep_step)

    def _keep_step(self, values: list[str]) -> None:
        if values[:3] == ["stage", "epoch", "step"]:
            self._step_columns = values
            return
        row = dict(zip(self._step_columns, values, strict=False))
        loss = finite(row["loss"])
        if loss is not None:
            self.losses[row["stage"], int(row["epoch"]), int(row["step"])] = loss

    def _keep_epoch(self, row: Mapping[str, str]) -> None:
        key = row["stage"], int(row["epoch"])
        self._epochs[key] = Epoch(*key, finite(row["loss"]), finite(row["score"]), finite(row["seconds"]))

    def _keep_sample(self, line: str) -> None:
        row: Mapping[str, Any] = json.loads(line)
        sample = Sample(
            stage=str(row["stage"]),
            epoch=int(row["epoch"]),
            file=Path(row["file"]),
            references=tuple(map(str, row["references"])),
            caption=str(row["caption"]),
        )
        self._samples[sample.stage, sample.epoch, sample.file] = sample


def _take_in(rows: Iterable[_Row], keep: Callable[[_Row], None]) -> None:
    """Keep rows; one that makes no sense is left out, as a kill may have cut it off."""
    for row in rows:
        try:
            keep(row)
        except _DAMAGE as exc:
            _log.debug("passed over a damaged line: %r", exc)


class _GrowingFile:
    """A text file another process writes to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0
        self._stamp: tuple[int, int] | None = None

    def new_lines(self) -> tuple[list[str], bool]:
        """Whole lines that came since the last call, and whether the file begins anew.

        A run that goes on after a kill takes back what it wrote beyond its saved state.
        """
        try:
            anew = self._path.stat().st_size < self._read_bytes
            if anew:
                self._read_bytes = 0
            with self._path.open("rb") as file:
                file.seek(self._read_bytes)
                data = file.read()
        except OSError:
            return [], False
        end = data.rfind(b"\n")
        self._read_bytes += end + 1
        return (data[:end].decode("utf-8", "replace").split("\n") if end > 0 else []), anew

    def all_if_changed(self) -> list[str]:
        """All lines, or none when the file is as it was at the last call."""
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return []
            self._stamp = stamp
            return self._path.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return []
