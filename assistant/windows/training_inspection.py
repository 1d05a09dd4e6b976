"""Looks through a folder of photos with captions, in a process of its own that can be called off."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from assistant.training_launch import training_environment
from assistant.windows.training_runs import Command

_END_MS = 2000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is in a folder.

    Attributes:
        kind: name of the form the data has.
        splits: name -> photos and captions in it, in the order in which they are used.
        problems: reason -> what was left out for it: photos, rows, files.
        usable: a model can be trained on it.
        why_not: why not, in English; empty when it can.
    """

    kind: str
    splits: Mapping[str, tuple[int, int]]
    problems: Mapping[str, Sequence[str]]
    usable: bool
    why_not: str


class Inspection(QObject):
    """Looks through one folder at a time.

    Signals:
        finished(Findings | str): what was found, or why nothing was: a sentence of the process.

    Args:
        command: gives the command line of ``python -m training``.
    """

    finished = Signal(object)

    def __init__(self, command: Command, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._process: QProcess | None = None

    @property
    def busy(self) -> bool:
        """Whether a folder is being looked through."""
        return self._process is not None

    def start(self, folder: Path) -> None:
        """Begin; nothing else may be under way."""
        program, *arguments = self._command(["inspect", "--data", str(folder), "--json"])
        self._process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in training_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(program, arguments)

    def cancel(self) -> None:
        """End it, and hear nothing more of it."""
        process, self._process = self._process, None
        if process:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(_END_MS)
            process.deleteLater()

    def _on_finished(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        output = bytes(process.readAllStandardOutput().data())
        errors = bytes(process.readAllStandardError().data()).decode("utf-8", "replace")
        process.deleteLater()
        self.finished.emit(_findings(output) or _last_line(errors))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # all other errors end with ``finished``
            process, self._process = self._process, None
            reason = process.errorString() if process else ""
            self.finished.emit(reason)


def _findings(output: bytes) -> Findings | None:
    try:
        raw: dict[str, Any] = json.loads(output)
        return Findings(
            kind=str(raw["kind"]),
            splits={
                str(name): (int(counts["photos"]), int(counts["captions"]))
                for name, counts in raw["splits"].items()
            },
            problems={
                str(reason): [str(item) for item in items] for reason, items in raw["problems"].items()
            },
            usable=bool(raw["usable"]),
            why_not=str(raw["why_not"] or ""),
        )
    except (ValueError, TypeError, LookupError, AttributeError) as exc:
        _log.info("no findings: %r", exc)
        return None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
