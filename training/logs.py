"""What a run leaves behind for people: steps, validation captions, TensorBoard events.

All of it can be cut back to what the saved state knows, so that a run that goes on writes nothing twice.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from training.observing import Sample, StepRow
from training.run_state import RunProgress

STEPS_FILE = "steps.csv"
SAMPLES_FILE = "samples.jsonl"
TENSORBOARD_FOLDER = "tensorboard"

_STEP_COLUMNS = [item.name for item in fields(StepRow)]

_T = TypeVar("_T")


class StepLog:
    """``steps.csv``: one row per step.

    Args:
        run: folder of the run.
        stages: their names in order.
        progress: how far the run is; later steps are dropped.
    """

    def __init__(self, run: Path, stages: Sequence[str], progress: RunProgress) -> None:
        self._path = run / STEPS_FILE
        place = (progress.stage, progress.epoch, progress.step)
        rows = [
            row
            for row in read_steps(run)
            if row.stage in stages and (stages.index(row.stage), row.epoch - 1, row.step) <= place
        ]
        _replace(self._path, lambda file: _write_rows(file, rows))

    def add(self, rows: Sequence[StepRow]) -> None:
        """Append rows."""
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, _STEP_COLUMNS).writerows(map(_rounded, rows))


def read_steps(run: Path) -> list[StepRow]:
    """All rows of ``steps.csv``, but one that a kill cut short."""
    return list(_readable(_csv_rows(run / STEPS_FILE), _step_row))


class SampleLog:
    """``samples.jsonl``: some validation photos after each epoch.

    Args:
        run: folder of the run.
        stages: their names in order.
        progress: how far the run is; later samples are dropped.
    """

    def __init__(self, run: Path, stages: Sequence[str], progress: RunProgress) -> None:
        self._path = run / SAMPLES_FILE
        place = (progress.stage, progress.epoch)
        kept = [
            sample
            for sample in read_samples(run)
            if sample.stage in stages and (stages.index(sample.stage), sample.epoch) <= place
        ]
        _replace(self._path, lambda file: file.writelines(map(_line, kept)))

    def add(self, samples: Sequence[Sample]) -> None:
        """Append samples."""
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(map(_line, samples))


def read_samples(run: Path) -> list[Sample]:
    """All rows of ``samples.jsonl``, but one that a kill cut short."""
    path = run / SAMPLES_FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return list(_readable(lines, _sample))


class Events:
    """TensorBoard events.

    Args:
        run: folder of the run.
        step: of the whole run from which on older events are void.
    """

    def __init__(self, run: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer: Any = SummaryWriter(str(run / TENSORBOARD_FOLDER), purge_step=step)

    def add(self, row: StepRow, step: int) -> None:
        """A step; ``step`` counts from the start of the run."""
        for name in ("loss", "learning_rate", "captions_per_s"):
            self._writer.add_scalar(f"training/{name}", getattr(row, name), step)

    def add_score(self, score: float, step: int) -> None:
        """A validation."""
        self._writer.add_scalar("validation/CIDEr-D", score, step)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


def _csv_rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _step_row(row: dict[str, str]) -> StepRow:
    return StepRow(
        stage=row["stage"],
        epoch=int(row["epoch"]),
        step=int(row["step"]),
        loss=float(row["loss"]),
        learning_rate=float(row["learning_rate"]),
        captions_per_s=float(row["captions_per_s"]),
    )


def _sample(line: str) -> Sample:
    raw = json.loads(line)
    return Sample(**raw | {"references": tuple(raw["references"])})


def _readable(rows: Sequence[Any], read: Callable[[Any], _T]) -> Iterator[_T]:
    for row in rows:
        try:
            yield read(row)
        except (ValueError, TypeError, KeyError):  # cut short
            continue


def _rounded(row: StepRow) -> dict[str, Any]:
    return asdict(row) | {"captions_per_s": round(row.captions_per_s, 1)}


def _write_rows(file: Any, rows: Sequence[StepRow]) -> None:
    writer = csv.DictWriter(file, _STEP_COLUMNS)
    writer.writeheader()
    writer.writerows(map(_rounded, rows))


def _line(sample: Sample) -> str:
    return json.dumps(asdict(sample), ensure_ascii=False) + "\n"


def _replace(path: Path, write: Callable[[Any], object]) -> None:
    partial = path.with_suffix(".part")
    with partial.open("w", newline="", encoding="utf-8") as file:
        write(file)
    partial.replace(path)
