"""What is said of a run, and how often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.messages import Messages
from assistant.training_run import Epoch, Sample, TrainingRun
from assistant.training_status import RunState, Status
from assistant.windows import training_words as words
from assistant.windows.training_telling import Teller
from tests.assistant.windows.training.room import MESSAGES, said, told
from tests.assistant.windows.training.run_files import EPOCHS, write_run

EN = Messages("en")
TEN = Status(state=RunState.TRAINING, stage="captions", epoch=3, epochs=10)


def epochs(count: int) -> list[Epoch]:
    return [Epoch("captions", number, *values, 40.0) for number, values in enumerate(EPOCHS[:count], 1)]


class Listener:
    """Hears what is told of a run as time passes."""

    def __init__(self, folder: Path, **begin: Any) -> None:
        self.run = TrainingRun(folder)
        self.now_s = 0.0
        status = Status(**({"state": RunState.PREPARING} | begin))
        self.teller = Teller(self.run, status, MESSAGES, lambda: self.now_s)

    def hear(self, state: str, after_s: float = 10.0, *, closely: bool = True, **values: Any) -> str:
        self.now_s += after_s
        self.run.refresh()
        return self.teller.news(Status(state=RunState(state), **values), closely=closely)


@pytest.fixture
def listener(tmp_path: Path) -> Listener:
    return Listener(tmp_path / "làng")


class TestNews:
    def test_states(self, listener: Listener) -> None:
        assert listener.hear("preparing") == ""
        assert listener.hear("features") == told("features", name="làng")
        assert listener.hear("features") == ""
        assert listener.hear("training") == listener.hear("validating") == ""
        assert listener.hear("exporting") == told("exporting", name="làng")
        assert listener.hear("done") == told("done", name="làng")
        assert listener.hear("done") == ""

    @pytest.mark.parametrize("state", ["failed", "broken"])
    def test_why_it_ended(self, listener: Listener, state: str) -> None:
        heard = listener.hear(state, message="The disk is full.")
        assert heard == told(f"{state}-why", name="làng", reason="The disk is full.")

    def test_a_long_reason_is_cut_where_it_is_spoken(self, listener: Listener) -> None:
        heard = listener.hear("failed", message="thiếu một phần " * 200)
        assert 280 < len(heard) < 350
        assert heard.endswith("phần…")

    def test_quarters(self, listener: Listener) -> None:
        """GIVEN an epoch that takes long, THEN each quarter is told once, the one on which it lands."""
        shares = (0.1, 0.3, 0.4, 0.8, 0.9)
        heard = [
            listener.hear("training", epoch=1, epochs=1, step=round(100 * share), steps=100)
            for share in shares
        ]
        assert heard == ["", said("percent", percent=30), "", said("percent", percent=80), ""]

    def test_epochs_are_told_and_not_too_often(self, listener: Listener) -> None:
        values: dict[str, Any] = {"stage": "captions", "epochs": 100, "steps": 10}
        write_run(listener.run.folder, epochs=1)
        assert (
            listener.hear("training", 10, epoch=2, **values)
            == "Lượt 1 trên 100, mất mát 3,10; điểm kiểm tra 0,35, cao nhất đến giờ."
        )
        write_run(listener.run.folder, epochs=2)
        assert listener.hear("training", 4, epoch=3, **values) == ""
        write_run(listener.run.folder, epochs=3)
        assert listener.hear("training", 4, epoch=4, **values).startswith("Lượt 3 trên 100")
        assert listener.hear("training", 60, epoch=4, **values) == ""

    def test_from_far_only_the_end_is_told(self, listener: Listener) -> None:
        write_run(listener.run.folder, epochs=1)
        assert listener.hear("training", closely=False, epoch=2, epochs=4, step=1, steps=2) == ""
        assert listener.hear("paused", closely=False) == told("paused", name="làng")

    def test_what_was_before_is_no_news(self, tmp_path: Path) -> None:
        folder = write_run(tmp_path / "làng", epochs=3)
        run = TrainingRun(folder)
        run.refresh()
        teller = Teller(run, run.status(), MESSAGES, lambda: 100.0)
        assert teller.news(run.status(), closely=True) == ""

    def test_the_next_stage_counts_from_nothing(self, listener: Listener) -> None:
        assert listener.hear("training", stage="captions", epoch=1, epochs=1, step=9, steps=10)
        assert listener.hear("training", stage="cider", epoch=1, epochs=1, step=1, steps=10) == ""
        assert listener.hear("training", stage="cider", epoch=1, epochs=1, step=3, steps=10) == said(
            "percent", percent=30
        )


class TestSentences:
    def test_an_epoch_against_the_one_before(self) -> None:
        assert words.epoch_sentence(epochs(3), TEN, MESSAGES) == (
            "Lượt 3 trên 10, mất mát 2,31, giảm so với lượt trước; điểm kiểm tra 0,62, cao nhất đến giờ."
        )
        assert words.epoch_sentence(epochs(4), TEN, MESSAGES) == (
            "Lượt 4 trên 10, mất mát 2,24, giảm so với lượt trước; điểm kiểm tra 0,60."
        )
        assert words.epoch_sentence(epochs(3), TEN, EN) == (
            "Epoch 3 of 10, loss 2.31, lower than before; validation score 0.62, the best so far."
        )

    @pytest.mark.parametrize(
        ("loss", "change"), [(3.2, "tăng so với"), (3.101, "như lượt trước"), (3.0, "giảm so với")]
    )
    def test_changes(self, loss: float, change: str) -> None:
        both = [Epoch("a", 1, 3.1, None, 1.0), Epoch("a", 2, loss, None, 1.0)]
        assert change in words.epoch_sentence(both, TEN, MESSAGES)

    def test_the_first_epoch_of_a_stage_has_nothing_before_it(self) -> None:
        both = [Epoch("a", 1, 3.1, 0.5, 1.0), Epoch("b", 1, 9.0, 0.1, 1.0)]
        assert (
            words.epoch_sentence(both, TEN, MESSAGES)
            == "Lượt 1 trên 10, mất mát 9,00; điểm kiểm tra 0,10, cao nhất đến giờ."
        )
        assert words.epoch_lines(both, MESSAGES)[1].startswith("Giai đoạn b, lượt 1, mất mát 9,00")

    def test_a_loss_that_is_no_number(self) -> None:
        assert words.epoch_sentence([Epoch("a", 1, None, None, None)], TEN, MESSAGES) == "Lượt 1 trên 10."

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(59, "chưa đến một phút"), (60, "khoảng 1 phút"), (541, "khoảng 10 phút"), (601, "khoảng 15 phút"),
         (3600, "khoảng 1 giờ"), (3601, "khoảng 1 giờ 5 phút"), (90_000, "khoảng 25 giờ")],
    )  # fmt: skip
    def test_times(self, seconds: float, text: str) -> None:
        assert words.duration(seconds, MESSAGES) == text

    def test_the_curve(self) -> None:
        assert words.curve_sentence(epochs(4), MESSAGES) == (
            "Qua 4 lượt, mất mát từ 3,10 thành 2,24. Điểm kiểm tra nay là 0,60, cao nhất là 0,62."
        )
        assert words.curve_sentence([], MESSAGES) == said("curve-empty")

    def test_the_situation_has_no_empty_line(self) -> None:
        for state in RunState:
            status = Status(state=state, epoch=2, epochs=3, eta_s=100, message="x")
            for language in (MESSAGES, EN):
                assert all(words.situation(status, epochs(2), language).split("\n"))

    def test_a_photo_over_time(self) -> None:
        photo, other = Path("/a/1.jpg"), Path("/a/2.jpg")
        samples = [
            Sample("captions", 1, photo, ("một chú mèo", "con mèo"), "con chó"),
            Sample("captions", 1, other, ("ô tô",), "xe"),
            Sample("captions", 2, photo, ("một chú mèo", "con mèo"), "con mèo"),
        ]
        assert words.photo_lines(samples, MESSAGES) == {photo: "1.jpg: con mèo", other: "2.jpg: xe"}
        assert words.photo_story(samples, photo, MESSAGES).split("\n") == [
            "Người viết: một chú mèo", "Người viết: con mèo", "Lượt 2: con mèo", "Lượt 1: con chó",
        ]  # fmt: skip
