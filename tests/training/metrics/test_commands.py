"""``python -m training evaluate`` and ``compare`` on files of captions, as a person calls them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.checkpoint import save
from engine.contract import Pixels
from engine.nets.clipcap import ClipCap
from engine.store import ModelFolder
from tests.tiny import tiny_config
from tests.training.metrics.sentences import random_items
from training.__main__ import main
from training.metrics import evaluate
from training.metrics.predictions import Prediction, read_predictions, write_predictions

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    file = tmp_path / "first.json"
    items = random_items(30, 0)
    write_predictions(file, [Prediction(f"photo {n}", item) for n, item in enumerate(items)])
    return file


def scores_of(file: Path, recipe: str = "vi-syllable") -> dict[str, float]:
    return evaluate([item.scored for item in read_predictions(file)], recipe)


def test_sentences_are_scored_without_torch(predictions: Path) -> None:
    """THEN standard output is the JSON and nothing else, and no network library was loaded."""
    code = (
        "import sys\nfrom training.__main__ import main\n"
        f"code = main(['evaluate', '--predictions', {str(predictions)!r}, '--json'])\n"
        "assert not {'torch', 'onnxruntime', 'transformers', 'pyvi', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == pytest.approx(scores_of(predictions))
    assert list(json.loads(done.stdout)) == [
        "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D",
    ]  # fmt: skip


def test_several_recipes_and_more_figures(predictions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "--predictions", str(predictions), "--recipe", "viclipcap", "uit", "--json"]
    assert main([*arguments, "--chair", "--diversity"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["viclipcap", "uit"]
    assert printed["uit"]["BLEU-1"] == pytest.approx(scores_of(predictions, "uit")["BLEU-1"])
    assert {"CHAIRi", "CHAIRs", "object recall", "distinct-2"} <= printed["uit"].keys()


def test_the_table_has_intervals(predictions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--predictions", str(predictions)]) == 0
    lines = capsys.readouterr().out.splitlines()
    [line] = [line for line in lines if "CIDEr-D" in line]
    value, low, high = (float(word.strip("[],")) for word in line.split()[1:])
    assert low < value < high
    assert value == pytest.approx(scores_of(predictions)["CIDEr-D"], abs=1e-4)


def test_what_is_written(predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, table, known = tmp_path / "saved.json", tmp_path / "each.csv", tmp_path / "train.txt"
    first = read_predictions(predictions)[0]
    known.write_text(first.scored.hypothesis, encoding="utf-8")
    files = ["--save", str(saved), "--per-image", str(table), "--train-captions", str(known)]
    assert main(["evaluate", "--predictions", str(predictions), *files, "--diversity", "--json"]) == 0
    assert read_predictions(saved) == read_predictions(predictions)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    mean = sum(float(row["CIDEr-D"]) for row in rows) / len(rows)
    printed = json.loads(capsys.readouterr().out)
    assert mean == pytest.approx(printed["CIDEr-D"], abs=1e-5)
    assert printed["novel"] < 1


def test_a_report_of_sentences_says_why_it_shows_no_attention(predictions: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main(["evaluate", "--predictions", str(predictions), "--html", str(page), "--json"]) == 0
    assert "không vẽ được bản đồ chú ý" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--recipe", "bleu"],
            "choose one of vi-syllable, vi-word, segmented-words-as-given, viclipcap, uit",
        ),
        (["--clip-score"], "use --model"),
        (["--html", "/nowhere/report.html"], "there is no folder /nowhere"),
        (["--train-captions", "/nowhere.txt"], "Cannot read the captions /nowhere.txt"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    arguments: list[str], said: str, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--predictions", str(predictions), *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1


def test_compare_tells_both_scores_and_whether_it_is_chance(
    predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    better = tmp_path / "second.json"
    rows = json.loads(predictions.read_text(encoding="utf-8"))
    for row in rows:
        row["hypothesis"] = row["references"][0]
    better.write_text(json.dumps(rows[::-1]), encoding="utf-8")
    assert main(["compare", str(predictions), str(better), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["CIDEr-D"]
    assert found["first"] == pytest.approx(scores_of(predictions)["CIDEr-D"])
    assert found["second"] == pytest.approx(scores_of(better)["CIDEr-D"])
    assert 0 < found["low"] <= found["gain"] <= found["high"]
    assert found["p_value"] < 0.01
    assert main(["compare", str(predictions), str(better), "--samples", "100"]) == 0
    assert "p = 0.020" in capsys.readouterr().out


def test_compare_refuses_other_pictures(
    predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    write_predictions(other, read_predictions(predictions)[1:])
    assert main(["compare", str(predictions), str(other)]) == 1
    assert "photo 0" in capsys.readouterr().err


@pytest.fixture
def model(tiny_folder: ModelFolder, tiny_network: ClipCap, tmp_path: Path) -> Path:
    """The tiny model with the weights it was exported from."""
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_folder.path, folder)
    save(tiny_network, tiny_config(), folder / "model.safetensors")
    return folder


def test_a_models_report_shows_photos_and_attention(model: Path, toy_data: Path, tmp_path: Path) -> None:
    page, saved = tmp_path / "report.html", tmp_path / "said.json"
    arguments = ["--model", str(model), "--data", str(toy_data), "--html", str(page), "--save", str(saved)]
    assert main(["evaluate", *arguments, "--json"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count('alt="Bản đồ chú ý') == 8
    assert text.count('alt="Ảnh ') == 8
    assert "không có trong dữ liệu huấn luyện" in text
    assert len(read_predictions(saved)) == 8


def test_a_model_is_compared_with_sentences(
    model: Path, toy_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = tmp_path / "said.json"
    options = ["--data", str(toy_data), "--json"]
    assert main(["evaluate", "--model", str(model), "--save", str(said), *options]) == 0
    capsys.readouterr()
    assert main(["compare", str(model), str(said), *options]) == 0
    assert {row["gain"] for row in json.loads(capsys.readouterr().out).values()} == {0.0}


class Judge:
    """Has the interface of ``engine.backbones.TextImage``: every picture and sentence points north-east."""

    def images(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        return np.full((len(pictures), 2), 0.5**0.5, np.float32)

    texts = images


def test_clip_score_of_a_model(
    model: Path, toy_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("engine.backbones.load_text_image", lambda name: asked.append(name) or Judge())
    options = ["--data", str(toy_data), "--json", "--clip-score"]
    assert main(["evaluate", "--model", str(model), *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert asked == ["open_clip:xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k"]
    assert found["vi-CLIPScore"] == pytest.approx(2.5, rel=1e-6)
    assert found["vi-RefCLIPScore"] == pytest.approx(2 * 2.5 / 3.5, rel=1e-6)


def test_a_split_without_photos_names_those_that_have_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GIVEN a person's own folder, which has no test photos, THEN they are told what there is."""
    pixels = np.random.default_rng(0)
    for name in "abc":
        Image.fromarray(pixels.integers(0, 255, (64, 64, 3), np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "captions.csv").write_text("file,caption\na.png,một\nb.png,hai\nc.png,ba\n", encoding="utf-8")
    assert main(["evaluate", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.strip().endswith("Choose another --split of: train, val.")
