"""A trained run becomes a model folder that says how good it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.captioner import load_captioner
from engine.contract import CaptionOptions
from engine.images import read_image
from engine.store import open_folder
from training import release as releasing
from training.__main__ import main
from training.data import DataError
from training.datasets import read_photos
from training.evaluate import describe_all
from training.metrics import evaluate
from training.release import above_median, release

pytestmark = pytest.mark.slow

CARD = "# Toy\n\n<!-- scores -->\n\nDone.\n"


@pytest.fixture(scope="module")
def released(trained: Path, toy_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("released")
    (root / "toy.md").write_text(CARD)
    return release(trained.parent, toy_data, root / "toy", root / "toy.md").path


def test_the_folder_is_whole_and_describes(released: Path, toy_data: Path) -> None:
    folder = open_folder(released)
    folder.verify()
    assert folder.config.calibration is not None
    photo = read_photos(toy_data).split("test")[0]
    caption = load_captioner(folder).caption(read_image(photo.image), CaptionOptions())
    assert caption.text
    assert 0 < caption.confidence < 1


def test_the_card_holds_the_scores_of_the_files_that_ship(released: Path, toy_data: Path) -> None:
    card = (released / "MODEL_CARD.md").read_text(encoding="utf-8")
    examples = read_photos(toy_data).split("test")
    items = [item.scored for item in describe_all(load_captioner(open_folder(released)), examples)]
    test_part = card.partition("**test**")[2]
    value = re.search(r"CIDEr-D \| ([0-9.]+) \|", test_part)
    assert value
    assert float(value[1]) == pytest.approx(evaluate(items)["CIDEr-D"], abs=1e-4)
    assert card.startswith("# Toy")
    assert card.rstrip().endswith("Done.")


def test_evaluate_command_prints_scores_with_intervals(
    released: Path, toy_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    captions = tmp_path / "captions.jsonl"
    options = ["--model", str(released), "--data", str(toy_data), "--captions", str(captions)]
    assert main(["evaluate", *options]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"CIDEr-D +\d\.\d{4}   \[\d\.\d{4}, \d\.\d{4}\]", printed)
    rows = [json.loads(line) for line in captions.read_text(encoding="utf-8").splitlines()]
    assert [sorted(row) for row in rows] == [["file", "text"]] * 8


def test_int8_that_costs_too_much_is_refused(
    trained: Path, toy_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy.md").write_text(CARD)
    monkeypatch.setattr(releasing, "INT8_TOLERANCE", -10.0)
    with pytest.raises(DataError, match="8-bit"):
        release(trained.parent, toy_data, tmp_path / "toy", tmp_path / "toy.md")


def test_commands_say_what_is_missing(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "--recipe", str(tmp_path / "none.toml")]) == 1
    assert main(["evaluate", "--model", str(released), "--data", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "none.toml" in error
    assert "captions.jsonl" in error


def test_above_median() -> None:
    assert above_median([1.0, 2.0, 3.0, 4.0]) == [False, False, False, True]
