"""``status.json`` of a run: how far it is, for the training window and for people."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

STATUS_FILE = "status.json"

WRITE_EVERY_S = 1.0

State = Literal[
    "preparing", "features", "training", "validating", "exporting", "done", "paused", "stopped", "failed"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a run is.

    Attributes:
        state: what it is doing.
        stage: name of the stage.
        epoch, epochs: the current one, from 1, and those of the stage.
        step, steps: done in the epoch, and all of it.
        loss: mean of the epoch so far.
        score: of the last validation, CIDEr-D.
        best_score: of the stage.
        captions_per_s: trained on.
        eta_s: to the end of the stage, at the present speed and without the validations.
        message: one sentence for the person, such as why it failed.
        pid: of the process that works on it.
        updated: Unix time of this status.
    """

    state: State = "preparing"
    stage: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    score: float | None = None
    best_score: float | None = None
    captions_per_s: float | None = None
    eta_s: float | None = None
    message: str = ""
    pid: int = 0
    updated: float = 0.0


def read_status(run: Path) -> Status | None:
    """The status of a run; ``None`` where there is none that can be read."""
    try:
        return Status(**json.loads((run / STATUS_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class StatusFile:
    """Keeps ``status.json`` up to date from a thread of its own, so that long steps do not make it look dead.

    Args:
        run: folder of the run.
    """

    def __init__(self, run: Path) -> None:
        self._path = run / STATUS_FILE
        self._status = Status(pid=os.getpid())
        self._writing, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="status", daemon=True)

    @property
    def status(self) -> Status:
        """As it is now."""
        return self._status

    def update(self, **changes: Any) -> None:
        """Change some fields; they are on disk within a second, a new state at once."""
        before, self._status = self._status, replace(self._status, **changes)
        if self._status.state != before.state:
            self._write()

    def __enter__(self) -> StatusFile:
        self._write()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._write()

    def _beat(self) -> None:
        while not self._ended.wait(WRITE_EVERY_S):
            self._write()

    def _write(self) -> None:
        with self._writing:
            text = json.dumps(asdict(replace(self._status, updated=time.time())), ensure_ascii=False)
            partial = self._path.with_suffix(".part")
            try:
                partial.write_text(text + "\n", encoding="utf-8")
                partial.replace(self._path)
            except OSError:
                return  # a full disk ends the run where its state is saved, with a sentence; not here
