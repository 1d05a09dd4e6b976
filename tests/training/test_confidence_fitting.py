"""A confidence is fitted on made-up sightings whose truth is known, and reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.certainty import Certainty, Levels
from engine.confidence import contributions, probability
from engine.config import Calibration
from training.calibrate import expected_calibration_error
from training.confidence import report
from training.confidence.evaluation import OthersSpoken, Spoken
from training.confidence.fitting import DOUBT, Judged, confidence, fit, measured, without_own
from training.confidence.measures import auroc
from training.confidence.others import read_others
from training.confidence.sighting import Sighting
from training.data import DataError

pytestmark = pytest.mark.slow

WIDTH = 6


def sightings(count: int, seed: int, *, away: float = 0.0) -> Judged:
    """Captions whose quality depends on the search, on what is seen and on agreement; ``away``: how far the
    prefix embeddings are from those of photos.
    """
    random = np.random.default_rng(seed)
    prefix = random.normal(0, 1, (count, WIDTH)).astype(np.float32)
    prefix[:, 0] += away
    search, agreement = random.normal(-0.4, 0.2, count), random.uniform(0, 1, count)
    seen = [
        Sighting("câu", {"mean_log_prob": float(a), "length": 10.0}, row, float(b))
        for a, row, b in zip(search, prefix, agreement, strict=True)
    ]
    worth = 5 * search + prefix[:, 1] + 2 * agreement + random.normal(0, 1, count)
    return Judged(seen, np.exp(worth).tolist())


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    return fit(sightings(1500, 0), sightings(500, 1), sightings(200, 2, away=8.0).seen)


def test_it_orders_and_is_calibrated_on_new_photos(fitted: Calibration) -> None:
    new = sightings(3000, 7)
    found = [confidence(one, fitted) for one in new.seen]
    assert auroc(found, new.good) > 0.78
    assert expected_calibration_error(found, new.good) < 0.05
    assert fitted.levels.unsure <= fitted.levels.fairly_sure <= fitted.levels.sure


def test_more_probable_sentences_are_trusted_more(fitted: Calibration) -> None:
    one = sightings(1, 3).seen[0]
    found = [
        probability(measured(replace(one, features={"mean_log_prob": x, "length": 10.0}), fitted), fitted)
        for x in (-1.0, -0.5, -0.1)
    ]
    assert found == sorted(found)
    assert found[0] < found[2]


def test_pictures_unlike_photos_are_not_trusted(fitted: Calibration) -> None:
    strange = [confidence(one, fitted) for one in sightings(300, 8, away=8.0).seen]
    assert max(strange) < fitted.levels.sure
    assert np.mean(strange) < 0.05


def test_agreement_counts_only_in_doubt(fitted: Calibration) -> None:
    seen = sightings(300, 9).seen
    firsts = [probability(measured(one, fitted), fitted) for one in seen]
    doubtful = [DOUBT[0] <= first <= DOUBT[1] for first in firsts]
    assert 0.1 < np.mean(doubtful) < 0.9
    for one, first, doubt in zip(seen, firsts, doubtful, strict=True):
        low, high = (confidence(replace(one, agreement=x), fitted) for x in (0.0, 1.0))
        assert (low < high) if doubt else (low == high == first)


def test_contributions_are_measured_from_a_typical_photo(fitted: Calibration) -> None:
    assert set(fitted.typical) == set(fitted.weights)
    assert contributions(dict(fitted.typical), fitted) == dict.fromkeys(fitted.weights, 0.0)


def test_photos_are_left_out_of_their_own_fit(fitted: Calibration) -> None:
    photos = sightings(500, 1)
    found = without_own(fitted, photos)
    own = [confidence(one, fitted) for one in photos.seen]
    assert len(found) == 500
    assert found != own
    assert np.abs(np.array(found) - own).mean() < 0.05


def test_without_other_pictures_everything_is_taken_for_a_photo() -> None:
    calibration = fit(sightings(200, 0), sightings(100, 1), [])
    assert calibration.photo is None
    assert set(calibration.projections) == {"picture"}


def test_others_are_those_that_hold_no_photo(tmp_path: Path) -> None:
    rows = [
        {"file": "a.png", "kind": "text", "source": "terminal", "part": "fit", "photos": []},
        {"file": "b.png", "kind": "photo", "source": "photo", "part": "fit", "photos": []},
        {"file": "c.png", "kind": "mixed", "source": "gallery", "part": "test", "photos": []},
        {"file": "d.png", "kind": "drawing", "source": "chart", "part": "test", "photos": []},
    ]
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_others(tmp_path)
    assert [(other.file.name, other.part) for other in found] == [("a.png", "fit"), ("d.png", "test")]


@pytest.mark.parametrize("text", [None, "[]\n", '{"file": "a.png"}\n', "not json\n"])
def test_a_folder_without_a_list_says_how_to_make_it(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "manifest.jsonl").write_text(text)
    with pytest.raises(DataError, match="gate --make"):
        read_others(tmp_path)


def spoken() -> Spoken:
    values = np.linspace(0.05, 0.95, 40)
    return Spoken(
        confidence=values.tolist(),
        quality=(2 * values).tolist(),
        good=[i % 2 == 0 if i < 20 else True for i in range(40)],
        levels=Levels(sure=0.6, fairly_sure=0.3, unsure=0.1),
        refused=2,
    )


def test_the_report_counts_tones_and_other_pictures() -> None:
    text = report.photos(spoken())
    assert "| photos described (refused by the gate) | 40 (2) |" in text
    assert "| said plainly | 0.60 | 16 (40.0%) | 1.00 |" in text
    others = OthersSpoken(
        refused=97,
        tones={Certainty.UNSURE: 1, Certainty.UNRECOGNISED: 2},
        confidence=[0.2, 0.05, 0.05],
        ungated={Certainty.UNRECOGNISED: 100},
    )
    table = report.others(others)
    assert "| refused by the gate | 97 (97.0%) |" in table
    assert "| said plainly | 0 (0.0%) | 0 (0.0%) |" in table
    assert "Mean confidence of the 3 that passed the gate: 0.100." in table
    assert "ECE" in report.together(spoken(), others)


def test_the_report_replaces_its_figures_only(tmp_path: Path) -> None:
    path = tmp_path / "confidence.md"
    path.write_text(f"# Title\n\n{report.BEGIN}\nold\n{report.END}\n\nWords.\n", encoding="utf-8")
    for _ in range(2):
        report.write_report(path, "new")
    assert path.read_text(encoding="utf-8") == (
        f"# Title\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\nWords.\n"
    )
    path.write_text("nothing to replace", encoding="utf-8")
    with pytest.raises(DataError, match="lines"):
        report.write_report(path, "new")
