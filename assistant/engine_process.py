"""The child process that describes pictures.

The window's process loads no network and survives whatever happens here. Each request is answered exactly
once; if this process dies, ``assistant.captioning`` answers for it.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection

from assistant.environment import model_store
from engine import Caption, Captioner, CaptionError, CaptionOptions, Device, Pixels, load_captioner

_log = logging.getLogger(__name__)


class EngineDied(CaptionError):
    """The engine process ended in the middle of a request."""


class EngineHung(CaptionError):
    """The engine process did not answer in time."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """One request.

    Attributes:
        id: comes back with the answer.
        model: name or folder of the model.
        pixels: (H, W, 3) uint8 RGB; ``None`` only loads the model.
        options: how to describe.
        device: where the model is to run.
    """

    id: int
    model: str
    pixels: Pixels | None = None
    options: CaptionOptions = field(default_factory=CaptionOptions)
    device: Device = "auto"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: a caption, an error, or neither when only the model was loaded."""

    id: int
    caption: Caption | None = None
    error: CaptionError | None = None


class Worker:
    """Answers requests with one model in memory.

    Args:
        load: model name and device -> captioner.
    """

    def __init__(self, load: Callable[[str, Device], Captioner]) -> None:
        self._load = load
        self._loaded: tuple[tuple[str, Device], Captioner] | None = None

    def answer(self, work: Work) -> Answer:
        """Do one piece of work; every failure becomes an answer."""
        began = time.perf_counter()
        try:
            captioner = self._captioner(work.model, work.device)
            if work.pixels is None:
                return Answer(work.id)
            caption = captioner.caption(work.pixels, work.options)
        except CaptionError as exc:
            _log.warning("request %d: %s", work.id, exc)
            return Answer(work.id, error=exc)
        except Exception as exc:  # the window must hear of a mistake here too
            _log.exception("request %d", work.id)
            return Answer(work.id, error=CaptionError(f"Describing failed: {exc!r}"))
        # Read-only views do not cross a process border.
        caption = replace(caption, timings_ms=dict(caption.timings_ms), features=dict(caption.features))
        _log.info(
            "request %d: %s, %s, %.0f ms",
            work.id, work.pixels.shape, caption.verdict, 1000 * (time.perf_counter() - began),
        )  # fmt: skip
        return Answer(work.id, caption=caption)

    def _captioner(self, model: str, device: Device) -> Captioner:
        if self._loaded is None or self._loaded[0] != (model, device):
            self._loaded = None  # never two models in memory
            self._loaded = (model, device), self._load(model, device)
        return self._loaded[1]


def load_by_name(model: str, device: Device) -> Captioner:
    """Load a model of this computer.

    Raises:
        ModelError: absent, damaged or mismatched.
    """
    return load_captioner(model_store().find(model), device=device)


def serve(connection: Connection, log_level: int) -> None:
    """Answer requests until the other end is closed. The main function of the child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the parent's to handle
    logging.basicConfig(level=log_level, format="%(levelname)s %(name)s: %(message)s")
    worker = Worker(load_by_name)
    while True:
        try:
            work: Work = connection.recv()
            connection.send(worker.answer(work))
        except (EOFError, OSError):
            return
