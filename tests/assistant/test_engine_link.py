"""A real child process: it describes, it dies, it comes back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from assistant.engine_link import EngineProcess
from assistant.engine_process import Answer, Work
from assistant.environment import MODELS_VARIABLE
from engine import ModelFolder, ModelMissing
from tests.fakes import wait_until

pytestmark = pytest.mark.slow

PIXELS = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
LIMIT_S = 30.0


class Log:
    def __init__(self, link: EngineProcess) -> None:
        self.answers: list[Answer] = []
        self.deaths: list[int] = []
        link.answered.connect(self.answers.append)
        link.died.connect(self.deaths.append)

    def wait(self, answers: int = 0, deaths: int = 0) -> None:
        wait_until(lambda: (len(self.answers), len(self.deaths)) == (answers, deaths), LIMIT_S)


@pytest.fixture
def link(qapp: object, tiny_folder: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProcess]:
    monkeypatch.setenv(MODELS_VARIABLE, str(tiny_folder.path.parent))
    made = EngineProcess()
    yield made
    made.stop()


def test_describes_and_is_replaced_after_a_kill(link: EngineProcess) -> None:
    """GIVEN a process killed in the middle of work, THEN it is told once and the next work is done."""
    log = Log(link)
    assert link.process_id is None
    link.submit(Work(1, "tiny", PIXELS))
    log.wait(answers=1)
    caption = log.answers[0].caption
    assert caption
    assert caption.model == "tiny"

    child = link.process_id
    assert child
    os.kill(child, signal.SIGSTOP)  # in the middle of work, for as long as it takes
    link.submit(Work(2, "tiny", PIXELS))
    time.sleep(0.5)  # until it is at the child: one that is dead before is replaced without a word
    os.kill(child, signal.SIGKILL)
    log.wait(answers=1, deaths=1)
    assert log.deaths == [2]

    link.submit(Work(3, "tiny", PIXELS))
    log.wait(answers=2, deaths=1)
    assert log.answers[1].id == 3
    assert link.process_id != child


def test_stop_ends_the_process_and_the_next_work_starts_one(link: EngineProcess) -> None:
    log = Log(link)
    link.submit(Work(1, "no such model"))
    log.wait(answers=1)
    assert isinstance(log.answers[0].error, ModelMissing)
    link.stop()
    assert link.process_id is None
    assert log.deaths == []
    link.submit(Work(2, "tiny"))
    log.wait(answers=2)
    assert log.answers[1] == Answer(2)
