"""Several processes train as one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from tests.tiny import recipe_text, stage
from tests.training.conftest import AFTER_ENCODER, TOY_NET
from training.distributed import Team, best_device, gather_team
from training.logs import read_steps
from training.run_folder import RunError

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = [
    "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1",
    "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0",
]  # fmt: skip
"""``accelerate launch``: ``--multi_gpu`` starts two processes, ``--device cpu`` then keeps them off GPUs."""


@pytest.mark.slow
def test_two_processes_give_the_curve_of_one(toy_data: Path, toy_encoder: Path, tmp_path: Path) -> None:
    """GIVEN a recipe without dropout, which each process draws for itself, THEN every step's loss is the same
    within 1e-3: of cross-entropy, low-rank changes, a trained encoder and training by reward. 10 and 7
    captions a step cannot be halved evenly.
    """
    recipe = tmp_path / "toy.toml"
    stages = (
        stage(
            "captions", "captions", train=AFTER_ENCODER, epochs=2, learning_rate=3e-3, batch_size=10,
            label_smoothing=0.1, ema=0.9, accumulate=2,
        ),
        stage("low-rank", "captions", train=["mapper.", "lora"], batch_size=7),
        stage(
            "joint", "captions", train=[*AFTER_ENCODER, "encoder.network.blocks.3"], augment=True,
            learning_rate=3e-4, learning_rate_encoder=3e-4, batch_size=9,
        ),
        stage("reward", "cider", train=["mapper."], learning_rate=3e-4, batch_size=9),
    )  # fmt: skip
    recipe.write_text(recipe_text(*stages, net=TOY_NET, encoder_package=toy_encoder.stem))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(toy_encoder.parent), str(ROOT)]),
        "OMP_NUM_THREADS": "1",
    }
    for name, launcher in (("one", []), ("two", LAUNCH)):
        command = [sys.executable, *launcher, "-m", "training", "fit", "--device", "cpu", "--no-export"]
        command += ["--recipe", str(recipe), "--data", str(toy_data), "--out", str(tmp_path / name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    one, two = read_steps(tmp_path / "one"), read_steps(tmp_path / "two")
    assert [(row.stage, row.epoch, row.step) for row in one] == [
        (row.stage, row.epoch, row.step) for row in two
    ]
    assert len(one) == 2 * 7 + 10 + 8 + 4
    assert max(abs(a.loss - b.loss) for a, b in zip(one, two, strict=True)) < 1e-3
    weights = [load_file(tmp_path / name / "model.safetensors") for name in ("one", "two")]
    assert all(torch.allclose(weights[0][name], weights[1][name], atol=1e-2) for name in weights[0])


def test_alone_the_gradient_is_that_of_the_mean() -> None:
    layer = nn.Linear(3, 1, bias=False)
    features = torch.arange(12.0).view(4, 3)
    layer(features).mean().backward()
    expected = layer.weight.grad
    layer.weight.grad = None
    total = layer(features).sum()
    total.backward()
    mean = Team().mean_gradients([layer.weight], total, torch.tensor(4))
    assert expected is not None
    assert torch.allclose(layer.weight.grad, expected)
    assert float(mean) == pytest.approx(float(total.detach()) / 4)


def test_a_process_without_a_share_gives_zeros() -> None:
    layer = nn.Linear(3, 1)
    mean = Team().mean_gradients(layer.parameters(), torch.zeros(()), torch.zeros(()))
    assert float(mean) == 0.0
    assert all(bool((p.grad == 0).all()) for p in layer.parameters() if p.grad is not None)


@pytest.mark.skipif(best_device() != "cpu", reason="there is a GPU")
def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(RunError, match="cuda"):
        gather_team("cuda")


def test_a_process_by_itself_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    team = gather_team("cpu")
    assert (team.count, team.index, team.is_main) == (1, 0, True)
    assert list(team.share([5, 6, 7])) == [5, 6, 7]
    with team.computing("bf16"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16
