"""The child process answers whatever it is asked, and its answers survive the way back."""

from __future__ import annotations

import pickle
from types import MappingProxyType

import numpy as np
import pytest

from assistant.engine_process import Answer, Work, Worker
from engine import Caption, CaptionError, ImageError, ImageFault, ModelMissing, Verdict

PIXELS = np.zeros((40, 50, 3), np.uint8)


class FakeCaptioner:
    def __init__(self, name: str, failure: Exception | None = None) -> None:
        self.name, self.failure = name, failure

    def caption(self, image: np.ndarray, options: object) -> Caption:
        if self.failure:
            raise self.failure
        return Caption(
            text="một con chó", confidence=0.5, verdict=Verdict.PHOTO, model=self.name,
            timings_ms=MappingProxyType({"encode": 1.0}),
        )  # fmt: skip


def test_caption_survives_the_way_back() -> None:
    worker = Worker(lambda name, device: FakeCaptioner(name))  # type: ignore[arg-type]
    answer = pickle.loads(pickle.dumps(worker.answer(Work(7, "starter", PIXELS))))
    assert (answer.id, answer.error) == (7, None)
    assert answer.caption.text == "một con chó"
    assert answer.caption.timings_ms == {"encode": 1.0}


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ImageError("x", ImageFault.DAMAGED), ImageError),
        (ModelMissing("x"), ModelMissing),
        (RuntimeError("a mistake"), CaptionError),
        (MemoryError(), CaptionError),
    ],
)
def test_every_failure_is_an_answer(failure: Exception, kind: type[CaptionError]) -> None:
    worker = Worker(lambda name, device: FakeCaptioner(name, failure))  # type: ignore[arg-type,return-value]
    answer: Answer = pickle.loads(pickle.dumps(worker.answer(Work(1, "starter", PIXELS))))
    assert type(answer.error) is kind
    if isinstance(answer.error, ImageError):
        assert answer.error.fault is ImageFault.DAMAGED


def test_one_model_in_memory() -> None:
    loads: list[tuple[str, str]] = []

    def load(name: str, device: str) -> FakeCaptioner:
        loads.append((name, device))
        return FakeCaptioner(name)

    worker = Worker(load)  # type: ignore[arg-type]
    for name in ("a", "a", "b", "a"):
        answer = worker.answer(Work(1, name, PIXELS))
        assert answer.caption
        assert answer.caption.model == name
    worker.answer(Work(1, "a", PIXELS, device="cpu"))
    assert loads == [("a", "auto"), ("b", "auto"), ("a", "auto"), ("a", "cpu")]


def test_loading_ahead() -> None:
    worker = Worker(lambda name, device: FakeCaptioner(name))  # type: ignore[arg-type]
    assert worker.answer(Work(3, "starter")) == Answer(3)
