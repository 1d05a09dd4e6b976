"""From a KTVIC-shaped folder to a model the app describes with: inspect, features, fit, evaluate, import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.cli import main as app
from engine.installer import ModelInstaller
from engine.store import ModelStore, open_folder
from tests.tiny import recipe_text, stage
from tests.training.conftest import AFTER_ENCODER, COLOURS, TOY_NET
from training.__main__ import main
from training.logs import read_samples
from training.run_session import MODEL_FOLDER
from training.status import read_status

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ktvic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 photos for training and 8 for test, in KTVIC's layout."""
    root = tmp_path_factory.mktemp("ktvic")
    random = np.random.default_rng(0)
    for captions, photos, numbers in (
        ("train_data.json", "train-images", range(40)),
        ("test_data.json", "public-test-images", range(100, 108)),
    ):
        (root / photos).mkdir()
        images, annotations = [], []
        for number in numbers:
            name, colour = list(COLOURS.items())[number % len(COLOURS)]
            pixels = (np.array(colour) + random.normal(0, 25, (72, 96, 3))).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / photos / f"{number:011}.png")
            images.append({"id": number, "filename": f"{number:011}.png"})
            texts = [f"{name} rất đẹp", f"đây là {name}"]
            annotations += [
                {"id": 10 * number + place, "image_id": number, "caption": text, "segment_caption": text}
                for place, text in enumerate(texts)
            ]
        table = {"images": images, "annotations": annotations}
        (root / captions).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    return root


@dataclass
class Run:
    """The toy recipe on the KTVIC-shaped folder."""

    recipe: Path
    data: Path
    folder: Path

    def __call__(self, command: str, *more: str) -> int:
        options = ["--recipe", str(self.recipe), "--data", str(self.data), "--out", str(self.folder)]
        return main([command, *options, "--device", "cpu", *more])


@pytest.fixture
def run(ktvic: Path, toy_encoder: Path, tmp_path: Path) -> Run:
    learning = stage(
        "captions", "captions", train=AFTER_ENCODER, epochs=12, learning_rate=3e-3, batch_size=8, ema=0.9
    )
    path = tmp_path / "toy.toml"
    path.write_text(recipe_text(learning, net=TOY_NET, encoder_package=toy_encoder.stem, seed=4))
    return Run(path, ktvic, tmp_path / "run")


def test_from_a_folder_of_photos_to_the_app(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", "--data", str(run.data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usable"]
    assert run("features") == 0
    encoded = _features(run.folder)
    assert run("fit", "--epochs", "10", "--name", "of-colours") == 0
    assert _features(run.folder) == encoded
    _check_run_folder(run.folder)

    model = run.folder / MODEL_FOLDER
    capsys.readouterr()
    assert main(["evaluate", "--model", str(model), "--data", str(run.data), "--split", "test"]) == 0
    assert "CIDEr-D" in capsys.readouterr().out

    ModelInstaller(tmp_path / "models").import_from(model)
    assert ModelStore([tmp_path / "models"]).find("of-colours").config.name == "of-colours"
    capsys.readouterr()
    photo = str(run.data / "public-test-images" / f"{101:011}.png")
    assert app(["describe", photo, "--model", str(model)]) == 0
    assert capsys.readouterr().out.strip()


def _features(folder: Path) -> Sequence[tuple[str, int]]:
    return [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("features/*.npy"))]


def _check_run_folder(folder: Path) -> None:
    status = read_status(folder)
    assert status
    assert (status.state, status.epoch, status.epochs) == ("done", 10, 10)
    assert status.score is not None
    rows = read_samples(folder)
    assert len(rows) == 10 * 5
    assert len({row.file for row in rows}) == 5
    assert all(Path(row.file).is_file() and row.references for row in rows)
    assert len((folder / "history.csv").read_text().splitlines()) == 11
    assert (folder / "curves.png").stat().st_size > 1000
    assert list(folder.glob("tensorboard/events*"))
    start = json.loads((folder / "run.json").read_text())
    assert start["overrides"] == {"epochs": 10, "name": "of-colours"}
    open_folder(folder / MODEL_FOLDER).verify()


def test_a_run_goes_on_with_its_own_options_and_refuses_others(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fit", "--epochs", "2", "--no-export") == 0
    assert main(["fit", "--out", str(run.folder), "--device", "cpu", "--no-export"]) == 0
    assert len((run.folder / "history.csv").read_text().splitlines()) == 3
    capsys.readouterr()
    assert run("fit", "--epochs", "3", "--no-export") == 1
    sentence = "stages.captions.epochs is 2, asked for is 3"
    assert sentence in capsys.readouterr().err
    status = read_status(run.folder)
    assert status
    assert status.state == "failed"
    assert sentence in status.message


def test_impossible_options_are_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fit", "--epochs", "0") == 1
    assert "epochs" in capsys.readouterr().err
    assert main(["fit", "--out", str(run.folder / "none"), "--device", "cpu"]) == 1
    assert "--recipe or a --base" in capsys.readouterr().err
    assert main(["fit"]) == 1
    assert main(["fit", "--base", "no-such-model", "--out", str(run.folder / "none")]) == 1
    assert "no-such-model" in capsys.readouterr().err
