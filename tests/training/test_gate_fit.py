"""From made pictures to fitted networks and a report, on very few pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import gate_network
from engine.contract import Region, Verdict
from engine.gate_cells import CELL_FEATURES, survey
from engine.gate_network import Network, from_json, to_json
from training.data import DataError, Dataset, Example
from training.gate import making
from training.gate.fitting import FitOptions, fit_network
from training.gate.making import Entry, make, read
from training.gate.measuring import UNKNOWN, label_cells

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "resources" / "samples").glob("*.jpg"))
FEW = {name: making.DRAWN[name] for name in ("document", "photo-on-disk", "viewer", "icon")}


@pytest.fixture
def dataset() -> Dataset:
    splits = ("train", "train", "val", "val")
    return Dataset([Example(file.stem, file, (), split) for file, split in zip(SAMPLES, splits, strict=True)])


@pytest.mark.slow
def test_pictures_are_made_once(tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "find_browser", lambda: None)
    monkeypatch.setattr(making, "DRAWN", FEW)
    entries = make(tmp_path, dataset, {"fit": 2, "test": 1})
    assert len(entries) == len(FEW) * 3 * 3
    assert read(tmp_path) == entries
    assert {entry.part for entry in entries} == {"fit", "test"}
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.*") if file.suffix != ".jsonl"}
    assert make(tmp_path, dataset, {"fit": 2, "test": 1}) == entries
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps


def test_a_folder_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--make"):
        read(tmp_path)


def test_photos_of_both_splits_are_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="split train"):
        make(tmp_path, Dataset([]), {"fit": 1})


def test_cells_know_whether_they_are_photo() -> None:
    seen = survey(np.zeros((160, 160, 3), np.uint8))
    entry = Entry("", Verdict.MIXED, "", "fit", (Region(left=16, top=16, width=68, height=64),))
    labels = label_cells(seen, entry)
    assert seen.cell_px == 8
    assert (labels[2:10, 2:10] == 1).all()
    assert (labels[2:10, 10] == UNKNOWN).all()
    assert labels.sum() == 64 - 8
    assert (label_cells(seen, Entry("", Verdict.PHOTO, "", "fit", ())) == 1).all()


def test_a_network_learns_and_is_written() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (400, 3)).astype(np.float32)
    labels = (values[:, 0] > values[:, 1]).astype(np.int64)
    options = FitOptions(hidden=(8,), members=2, epochs=30, batch=32, decay=1e-3)
    names = (("a", "b", "c"), ("less", "more"))
    network, again = (fit_network(names, values, labels, options, 1) for _ in range(2))
    guesses = network.probabilities(values)
    assert (guesses.argmax(axis=1) == labels).mean() > 0.95
    assert guesses.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert np.array_equal(guesses, again.probabilities(values))
    read_back = from_json(to_json(network))
    assert (read_back.inputs, read_back.outputs) == (network.inputs, network.outputs)
    assert np.abs(read_back.probabilities(values) - guesses).max() < 0.01


def test_the_fitted_networks_fit_the_features() -> None:
    cells, pictures = gate_network.networks()
    assert cells.inputs == CELL_FEATURES
    assert isinstance(pictures, Network)
    for network in (cells, pictures):
        for member in network.members:
            assert member[0][0].shape[0] == len(network.inputs)
            assert member[-1][1].shape == (len(network.outputs),)
