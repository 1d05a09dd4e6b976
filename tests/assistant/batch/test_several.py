"""Files described one after another, whoever asks, and told together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, Signal

from assistant.batch.describer import FileDescriber
from assistant.batch.several import SeveralFiles
from assistant.captioning import CaptionService
from assistant.engine_process import Answer, Work
from assistant.messages import Messages
from engine import Caption, Verdict
from tests.fakes import wait_until

MESSAGES = Messages("vi")


class FakeEngine(QObject):
    """Answers when told to, one piece of work at a time."""

    answered = Signal(object)
    died = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Work] = []
        self.busy = False

    def submit(self, work: Work) -> None:
        assert not self.busy
        self.busy = True
        self.works.append(work)

    def stop(self) -> None:
        pass

    def answer_next(self) -> None:
        count = len(self.works) + (not self.busy)
        wait_until(lambda: len(self.works) == count)
        work, self.busy = self.works[-1], False
        assert work.pixels is not None
        text = f"Bề rộng {work.pixels.shape[1]}"
        caption = Caption(text=text, confidence=0.9, verdict=Verdict.PHOTO, model="m")
        self.answered.emit(Answer(work.id, caption))


class Desk:
    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.service = CaptionService(self.engine)
        self.files = FileDescriber(self.service, MESSAGES, lambda: "m")
        self.several = SeveralFiles(self.files, MESSAGES)
        self.told: list[str] = []
        self.several.finished.connect(self.told.append)


@pytest.fixture
def desk(qapp: object) -> Desk:
    return Desk()


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{width}.png" for width in (20, 30, 40)]
    for path in made:
        Image.fromarray(np.full((20, int(path.stem), 3), 90, np.uint8)).save(path)
    return made


def test_only_the_chosen_files_and_in_their_order(desk: Desk, paths: list[Path]) -> None:
    """GIVEN two of the three files of a folder, THEN these two are described and told in one text."""
    desk.several.start([paths[2], paths[0]])
    desk.engine.answer_next()
    assert desk.told == []
    desk.engine.answer_next()
    assert desk.told == ["40.png: Bề rộng 40\n20.png: Bề rộng 20"]
    assert len(desk.engine.works) == 2


def test_a_file_that_cannot_be_read_has_its_reason(desk: Desk, paths: list[Path]) -> None:
    paths[0].write_text("chữ")
    desk.several.start(paths[:2])
    desk.engine.answer_next()
    reason = MESSAGES.text("image.not-an-image")
    assert desk.told == [f"20.png: {reason}\n30.png: Bề rộng 30"]


def test_a_new_list_takes_the_place_of_the_old_one(desk: Desk, paths: list[Path]) -> None:
    desk.several.start(paths)
    desk.several.start(paths[:1])
    desk.engine.answer_next()
    desk.engine.answer_next()
    assert desk.told == ["20.png: Bề rộng 20"]


def test_stopped_is_never_told(desk: Desk, paths: list[Path]) -> None:
    desk.several.start(paths[:1])
    desk.several.cancel()
    desk.engine.answer_next()
    assert desk.told == []


def test_everybody_who_asks_is_answered(desk: Desk, paths: list[Path]) -> None:
    """GIVEN a folder and the guide asking at the same time, THEN both get their answer."""
    answers: list[tuple[str, object]] = []
    for who, path in (("folder", paths[0]), ("guide", paths[1])):
        desk.files.describe(path, lambda result, who=who: answers.append((who, result)))
    desk.engine.answer_next()
    desk.engine.answer_next()
    assert [who for who, _ in answers] == ["folder", "guide"]
    assert [result.text for _, result in answers] == ["Bề rộng 20", "Bề rộng 30"]  # type: ignore[attr-defined]
