"""From a wish to a sentence, with a fake engine, screen and voice: said once, shown, kept, nothing lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from assistant.capture.desktop import WholeDesktop
from assistant.capture.picture import CaptureError, CaptureFault, Origin, Picture
from assistant.description import Description
from assistant.settings import Settings
from assistant.speech.earcons import Earcon
from engine import ModelMissing, Verdict
from tests.assistant.fakes import MESSAGES, DescribingDesk
from tests.fakes import a_caption, wait_until


class Desk(DescribingDesk):
    """And everything that came out of it."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        super().__init__(folder, settings)
        self.results: list[Description] = []
        self.told: list[str] = []
        self.files: list[list[Path]] = []
        self.describer.described.connect(self.results.append)
        self.describer.told.connect(self.told.append)
        self.describer.files_found.connect(self.files.append)

    def answer(self, text: str = "một con mèo", **changes: object) -> None:
        self.engine.answer(a_caption(text, **({"alternatives": ("một con chó",)} | changes)))


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def a_file(folder: Path, name: str = "ảnh.png") -> Path:
    path = folder / name
    Image.fromarray(np.full((50, 60, 3), 120, np.uint8)).save(path)
    return path


def test_the_screen_is_described_said_and_kept(desk: Desk) -> None:
    desk.describer.describe_screen(WholeDesktop())
    assert desk.engine.works[0].pixels is desk.screen.result.pixels  # type: ignore[union-attr]
    desk.answer()
    assert desk.announcer.said == ["một con mèo"]
    assert desk.earcons.played == [Earcon.START, Earcon.DONE]
    assert desk.results[0].sentence == "một con mèo"
    kept = desk.history.entries()
    assert [(entry.text, entry.origin) for entry in kept] == [("một con mèo", Origin.SCREEN)]


@pytest.mark.parametrize(
    ("confidence", "sentence"),
    [
        (0.9, "một con mèo"),
        (0.6, "một con mèo"),
        (0.59, "Có lẽ một con mèo"),
        (0.3, "Có lẽ một con mèo"),
        (0.29, "Tôi không chắc, có thể là một con mèo"),
    ],
)
def test_the_tone_says_how_sure_the_program_is(desk: Desk, confidence: float, sentence: str) -> None:
    desk.describer.describe_screen(WholeDesktop())
    desk.answer(confidence=confidence)
    assert desk.announcer.said == [sentence]


def test_other_ways_to_put_it_are_said_when_wanted(qapp: object, tmp_path: Path) -> None:
    """GIVEN the switch, THEN what is said, shown and written in braille has the alternatives."""
    desk = Desk(tmp_path, Settings(alternatives=True))
    desk.describer.describe_screen(WholeDesktop())
    desk.answer()
    assert desk.announcer.said == ["một con mèo. Cách nói khác: một con chó."]
    assert desk.results[0].sentence == desk.announcer.said[0]


def test_a_refusal_is_a_sentence(desk: Desk) -> None:
    desk.describer.describe_screen(WholeDesktop())
    desk.answer(text="", confidence=0.0, verdict=Verdict.BLACK, alternatives=())
    assert desk.announcer.said == [MESSAGES.text("verdict.black")]
    assert desk.earcons.played[-1] is Earcon.REFUSED


def test_what_fails_is_said_once_and_shown(desk: Desk) -> None:
    desk.screen.result = CaptureError("x", CaptureFault.REFUSED)
    desk.describer.describe_screen(WholeDesktop())
    assert desk.announcer.said == desk.told == [MESSAGES.text("capture.refused")]
    desk.describer.describe(Picture(np.zeros((9, 9, 3), np.uint8), Origin.CAMERA))
    desk.engine.fail(ModelMissing("x"))
    assert desk.announcer.said == desk.told
    assert desk.told[1] == MESSAGES.text("error.model-missing")
    assert desk.earcons.played.count(Earcon.FAILED) == 2


def test_a_late_picture_of_an_earlier_wish_is_dropped(desk: Desk) -> None:
    """GIVEN a portal that answers late, WHEN another wish came meanwhile, THEN its picture is ignored."""
    desk.screen.later = True
    desk.describer.describe_screen(WholeDesktop())
    desk.describer.describe_screen(WholeDesktop())
    old, new = desk.screen.waiting
    new(desk.screen.result)
    old(desk.screen.result)
    assert len(desk.engine.works) == 1


def test_a_file_is_read_beside_the_window(desk: Desk, tmp_path: Path) -> None:
    desk.describer.describe_file(a_file(tmp_path))
    wait_until(lambda: bool(desk.engine.works))
    assert desk.engine.works[0].pixels is not None
    assert desk.engine.works[0].pixels.shape == (50, 60, 3)
    desk.answer()
    assert desk.results[0].picture.name == "ảnh.png"


def test_an_unreadable_file_is_named(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "thư.jpg"
    path.write_text("không phải ảnh")
    desk.describer.describe_file(path)
    wait_until(lambda: bool(desk.told))
    assert desk.told == [f"thư.jpg: {MESSAGES.text('image.not-an-image')}"]


def test_clipboard_and_dropped_data(desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    image.fill(0xFF102030)
    data.setImageData(image)
    desk.describer.describe_data(data, Origin.CLIPBOARD)
    assert desk.engine.works[0].pixels is not None
    assert desk.engine.works[0].pixels[0, 0].tolist() == [0x10, 0x20, 0x30]

    files = [a_file(tmp_path, f"{n}.png") for n in range(2)]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    desk.describer.describe_data(data, Origin.FILE)
    assert desk.files == [files]

    desk.describer.describe_data(QMimeData(), Origin.CLIPBOARD)
    assert desk.told == [MESSAGES.text("capture.empty-clipboard")]


def test_repeat_details_and_status(desk: Desk) -> None:
    desk.describer.repeat()
    desk.describer.tell_more()
    assert desk.announcer.said == desk.told == [MESSAGES.text("describing.nothing-yet")] * 2
    desk.describer.describe_screen(WholeDesktop())
    desk.describer.tell_status()
    assert desk.announcer.said[-1] == "Đang mô tả, 0 giây."
    desk.answer()
    desk.describer.tell_status()
    assert desk.announcer.said[-1] == MESSAGES.text("describing.idle")
    desk.describer.repeat()
    assert desk.announcer.said[-1] == "một con mèo"
    desk.describer.tell_more()
    assert desk.announcer.said[-1] == "Khá chắc chắn. Cũng có thể là: một con chó."


def test_stop_is_silent_and_final(desk: Desk) -> None:
    desk.describer.describe_screen(WholeDesktop())
    desk.describer.stop()
    desk.answer()
    assert desk.results == []
    assert desk.announcer.said == [MESSAGES.text("describing.cancelled")]
    assert desk.announcer.stops >= 2
    desk.describer.stop()
    assert len(desk.announcer.said) == 1


def test_another_model_describes_the_same_picture(desk: Desk) -> None:
    desk.describer.describe_again("big")
    assert desk.engine.works == []
    desk.describer.describe_screen(WholeDesktop())
    desk.answer()
    desk.describer.describe_again("big")
    assert [work.model for work in desk.engine.works] == ["starter", "big"]
    assert desk.engine.works[1].pixels is desk.engine.works[0].pixels


def test_history_can_be_switched_off(qapp: object, tmp_path: Path) -> None:
    desk = Desk(tmp_path, Settings(history=False))
    desk.describer.describe_screen(WholeDesktop())
    desk.answer()
    assert desk.history.entries() == []
    assert not list(tmp_path.rglob("*.jpg"))
