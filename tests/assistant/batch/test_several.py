"""Files described one after another, whoever asks, and told together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.batch.describer import FileDescriber
from assistant.batch.several import SeveralFiles
from assistant.captioning import CaptionService
from engine import Caption
from tests.assistant.fakes import MESSAGES, FakeEngine
from tests.fakes import a_caption, wait_until


class Desk:
    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.service = CaptionService(self.engine)
        self.files = FileDescriber(self.service, MESSAGES, lambda: "m")
        self.several = SeveralFiles(self.files, MESSAGES)
        self.told: list[str] = []
        self.several.finished.connect(self.told.append)

    def answer_next(self) -> None:
        """Wait until the next file is read, and say how wide its picture is."""
        wait_until(lambda: self.engine.busy)
        pixels = self.engine.works[-1].pixels
        assert pixels is not None
        self.engine.answer(a_caption(f"Bề rộng {pixels.shape[1]}"))


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
    desk.answer_next()
    assert desk.told == []
    desk.answer_next()
    assert desk.told == ["40.png: Bề rộng 40\n20.png: Bề rộng 20"]
    assert len(desk.engine.works) == 2


def test_a_file_that_cannot_be_read_has_its_reason(desk: Desk, paths: list[Path]) -> None:
    paths[0].write_text("chữ")
    desk.several.start(paths[:2])
    desk.answer_next()
    reason = MESSAGES.text("image.not-an-image")
    assert desk.told == [f"20.png: {reason}\n30.png: Bề rộng 30"]


def test_a_new_list_takes_the_place_of_the_old_one(desk: Desk, paths: list[Path]) -> None:
    desk.several.start(paths)
    desk.several.start(paths[:1])
    desk.answer_next()
    desk.answer_next()
    assert desk.told == ["20.png: Bề rộng 20"]


def test_stopped_is_never_told(desk: Desk, paths: list[Path]) -> None:
    desk.several.start(paths[:1])
    desk.several.cancel()
    desk.answer_next()
    assert desk.told == []


def test_everybody_who_asks_is_answered(desk: Desk, paths: list[Path]) -> None:
    """GIVEN a folder and the guide asking at the same time, THEN both get their answer."""
    answers: list[tuple[str, Caption | str]] = []

    def ask(who: str, path: Path) -> None:
        desk.files.describe(path, lambda result: answers.append((who, result)))

    ask("folder", paths[0])
    ask("guide", paths[1])
    desk.answer_next()
    desk.answer_next()
    assert [who for who, _ in answers] == ["folder", "guide"]
    texts = [result.text for _, result in answers if isinstance(result, Caption)]
    assert texts == ["Bề rộng 20", "Bề rộng 30"]
