"""Kill -9 at any moment, start the same command again: it ends with exactly the same weights."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.store import open_folder
from tests.tiny import recipe_text, stage
from tests.training.conftest import TOY_NET
from training.logs import read_samples, read_steps
from training.run_session import MODEL_FOLDER
from training.status import Status, read_status

pytestmark = pytest.mark.slow

PATIENCE_S = 240.0
"""For a child on a busy computer."""

CHILD = """
import sys
from training import loop, status
loop.SAVE_EVERY_S = 0.0
status.WRITE_EVERY_S = 0.02
from training.__main__ import main
sys.exit(main())
"""
"""The command itself, but it saves at every step: the toy run is over before the first five minutes are."""


def start(arguments: Sequence[str], site: Path) -> subprocess.Popen[bytes]:
    paths = [str(site), str(Path(__file__).resolve().parents[2])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, "fit", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors.decode()


def kill_when(process: subprocess.Popen[bytes], run: Path, reached: Callable[[Status], bool]) -> None:
    """Kill -9 at the first status of this process that is far enough, or let it finish."""
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        status = read_status(run)
        if status and status.pid == process.pid and reached(status):
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.005)
    process.communicate(timeout=PATIENCE_S)


def arguments(recipe: Path, data: Path, run: Path, *more: str) -> list[str]:
    return ["--recipe", str(recipe), "--data", str(data), "--out", str(run), "--device", "cpu", *more]


@pytest.fixture
def toy_recipe(tmp_path: Path, toy_encoder: Path) -> Path:
    after = ["mapper.", "language_model."]
    path = tmp_path / "toy.toml"
    stages = (
        stage(
            "captions", "captions", train=after, epochs=3, learning_rate=3e-3, batch_size=8, dropout=0.1,
            ema=0.9, label_smoothing=0.1,
        ),
        stage(
            "low-rank", "captions", train=["mapper.", "lora"], epochs=2, learning_rate=1e-3, batch_size=8,
            decay="linear", patience=1, accumulate=2,
        ),
        stage("reward", "cider", train=["mapper."], learning_rate=3e-4, batch_size=8),
    )  # fmt: skip
    low_rank = {"rank": 2, "alpha": 4, "dropout": 0.1}
    text = recipe_text(
        *stages, net=TOY_NET, encoder_package=toy_encoder.stem, precision="bf16", lora=low_rank
    )
    path.write_text(text)
    return path


def test_a_killed_run_ends_with_the_same_weights(
    toy_recipe: Path, toy_data: Path, toy_encoder: Path, tmp_path: Path
) -> None:
    """GIVEN a run in bf16 with low-rank changes, WHEN its process is killed at three random moments and while
    it exports, THEN it ends with exactly the weights of an unbroken run, and nothing is written down twice.
    """
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    site = toy_encoder.parent
    finish(start(arguments(toy_recipe, toy_data, whole, "--no-export"), site))
    command = arguments(toy_recipe, toy_data, broken)
    moments = sorted(random.sample(range(40), 3))
    for first in moments:
        kill_when(start(command, site), broken, lambda status, first=first: done(status) >= first)  # type: ignore[misc]
    exporting = start(command, site)
    kill_when(exporting, broken, lambda status: status.state == "exporting")
    assert not (broken / MODEL_FOLDER).exists()
    finish(start(command, site))
    expected, found = load_file(whole / "model.safetensors"), load_file(broken / "model.safetensors")
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected), f"killed at steps {moments}"
    assert [(row.stage, row.epoch, row.step, row.loss) for row in read_steps(whole)] == [
        (row.stage, row.epoch, row.step, row.loss) for row in read_steps(broken)
    ]
    assert read_samples(whole) == read_samples(broken)
    open_folder(broken / MODEL_FOLDER).verify()
    assert not list(broken.glob("*.part"))
    final = read_status(broken)
    assert final
    assert final.state == "done"


def done(status: Status) -> int:
    """Steps of the whole run so far, for the stages of ``toy_recipe``."""
    before = {"captions": 0, "low-rank": 24, "reward": 40}.get(status.stage, 0)
    return before + max(0, status.epoch - 1) * 8 + status.step
