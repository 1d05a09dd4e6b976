"""One call of ``fit`` on the folder of a run: alone in it, telling how far it is, with a model at the end."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.contract import CaptionError
from training.data import DataError
from training.distributed import Team
from training.fit import train_run
from training.meter import Diverged
from training.observing import Nobody, Outcome
from training.recipe import Recipe, RecipeError
from training.recorder import Recorder
from training.release import RoundingError, release
from training.run_folder import RunError, RunFolder, Start
from training.status import StatusFile

MODEL_FOLDER = "model"
"""In the folder of a run: what the app imports."""

CARD = Path(__file__).parent / "recipes" / "finetune.md"
"""Model card of a recipe that has none of its own."""

_KNOWN = (DataError, RecipeError, CaptionError, RunError)

_GOES_ON = "The same command goes on from the last saved step."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a call is to do.

    Attributes:
        start: what ``run.json`` is to say.
        recipe: overrides included.
        data: folder of the photos.
        export: make a model folder at the end.
    """

    start: Start
    recipe: Recipe
    data: Path
    export: bool


def work(folder: RunFolder, ordered: Callable[[], Order], team: Team) -> Outcome:
    """Train and export, or go on where an earlier call ended.

    Args:
        folder: of the run. Of several processes only the main one locks it, writes in it and exports.
        ordered: gives what is to be done; asked when the folder is this process's alone.
        team: the processes that train together.

    Raises:
        RunError: another process is at work in the folder, it holds another run, or training cannot go on.
        DataError, RecipeError, CaptionError: something needed is absent or does not fit.
    """
    if not team.is_main:
        logging.getLogger("training").setLevel(logging.WARNING)
        order = ordered()
        outcome = train_run(order.recipe, order.data, folder.path, team, Nobody())
        team.part()
        return outcome
    with folder.alone(), StatusFile(folder.path) as status, _told(status):
        order = ordered()
        folder.begin(order.start, order.recipe)
        folder.go_on()
        recorder = Recorder(folder, status)
        try:
            outcome = train_run(order.recipe, order.data, folder.path, team, recorder)
        finally:
            recorder.close()
        team.part()
        if order.export and outcome != "paused":
            status.update(state="exporting", eta_s=None)
            export(folder.path, order.data, order.recipe)
        status.update(state=outcome, eta_s=None)
    return outcome


def export(run: Path, data: Path, recipe: Recipe) -> None:
    """Make ``model/`` of a run with a trained model; it is there only once it is whole.

    Raises:
        DataError, CaptionError: the export failed.
    """
    card = recipe.source.with_suffix(".md")
    partial, made = run / f"{MODEL_FOLDER}.part", run / MODEL_FOLDER
    shutil.rmtree(partial, ignore_errors=True)
    try:
        release(run, data, partial, card if card.is_file() else CARD)
    except RoundingError as exc:
        _log.warning("%s The model is exported in fp32.", exc)
        shutil.rmtree(partial)
        release(run, data, partial, card if card.is_file() else CARD, int8=False)
    shutil.rmtree(made, ignore_errors=True)
    partial.rename(made)


@contextmanager
def _told(status: StatusFile) -> Iterator[None]:
    """Failures become a status with a sentence; those a person can do something about, a ``RunError``."""
    try:
        yield
    except KeyboardInterrupt:
        status.update(state="paused", message=f"Interrupted. {_GOES_ON}")
        raise
    except BaseException as exc:  # raised again: whatever ends the run, its status says so
        known = _explained(exc)
        status.update(state="failed", message=str(known or f"{type(exc).__name__}: {exc}"), eta_s=None)
        if known is None or known is exc:
            raise
        raise known from exc


def _explained(exc: BaseException) -> Exception | None:
    if isinstance(exc, _KNOWN):
        return exc
    if isinstance(exc, Diverged):
        return RunError(str(exc))
    if isinstance(exc, torch.OutOfMemoryError | MemoryError):
        return RunError("The memory is full. Give a smaller --batch-size, or accumulate in the recipe.")
    if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunError(f"The disk is full. Make room. {_GOES_ON}")
    return None
