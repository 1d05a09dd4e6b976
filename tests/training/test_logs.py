"""What a run writes down is cut back to what its state knows when it goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from training.curves import CURVES_FILE, draw_curves
from training.logs import SAMPLES_FILE, STEPS_FILE, SampleLog, StepLog, read_samples, read_steps
from training.meter import Diverged, Meter
from training.observing import Sample, StepRow
from training.run_state import RunProgress

STAGES = ["first", "second"]
ROWS = [
    StepRow(stage=name, epoch=epoch, step=step, loss=5.0 - step / 3, learning_rate=1e-3, captions_per_s=80.0)
    for name in STAGES
    for epoch in (1, 2)
    for step in (1, 2, 3)
]


@pytest.mark.parametrize(
    ("progress", "kept"),
    [
        (RunProgress(), 0),
        (RunProgress(stage=0, epoch=0, step=2), 2),
        (RunProgress(stage=0, epoch=1, step=0), 3),
        (RunProgress(stage=1, epoch=1, step=1), 10),
        (RunProgress(stage=2), 12),
    ],
)
def test_later_steps_are_dropped(tmp_path: Path, progress: RunProgress, kept: int) -> None:
    StepLog(tmp_path, STAGES, RunProgress()).add(ROWS)
    StepLog(tmp_path, STAGES, progress)
    assert read_steps(tmp_path) == ROWS[:kept]


def test_a_row_that_was_cut_short_is_dropped(tmp_path: Path) -> None:
    StepLog(tmp_path, STAGES, RunProgress()).add(ROWS)
    path = tmp_path / STEPS_FILE
    assert path.read_text().splitlines()[0] == "stage,epoch,step,loss,learning_rate,captions_per_s"
    path.write_text(path.read_text()[:-20])
    assert read_steps(tmp_path) == ROWS[:-1]


def test_later_samples_are_dropped(tmp_path: Path) -> None:
    samples = [
        Sample(stage=name, epoch=epoch, file="/a.jpg", references=("một con chó",), caption="con chó")
        for name in STAGES
        for epoch in (1, 2)
    ]
    SampleLog(tmp_path, STAGES, RunProgress()).add(samples)
    path = tmp_path / SAMPLES_FILE
    path.write_text(path.read_text(encoding="utf-8") + '{"stage": "sec', encoding="utf-8")
    SampleLog(tmp_path, STAGES, RunProgress(stage=1, epoch=1, step=2))
    assert read_samples(tmp_path) == samples[:3]


def test_curves_are_a_picture(tmp_path: Path) -> None:
    many = [replace(ROWS[0], step=step) for step in range(1, 2500)]
    StepLog(tmp_path, STAGES, RunProgress()).add([*many, *ROWS[3:]])
    draw_curves(tmp_path, [{"stage": "first", "epoch": 2, "score": 0.7}])
    with Image.open(tmp_path / CURVES_FILE) as picture:
        assert picture.size == (900, 600)
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 10


def test_the_meter_keeps_the_loss_sum() -> None:
    import torch

    progress = RunProgress(epoch=1)
    meter = Meter("first", progress)
    for step, loss in enumerate([2.0, 4.0, 6.0], 1):
        progress.step = step
        meter.add(torch.tensor(loss), 1e-3, 8)
        if step == 2:
            assert [row.step for row in meter.fetch()] == [1, 2]
    assert [(row.epoch, row.step, row.loss) for row in meter.fetch()] == [(2, 3, 6.0)]
    assert progress.loss_sum == 12.0
    assert meter.fetch() == []
    meter.add(torch.tensor(float("nan")), 1e-3, 8)
    with pytest.raises(Diverged, match="learning-rate"):
        meter.fetch()
