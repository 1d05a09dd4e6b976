"""Features of a caption -> confidence -> tone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.certainty import Certainty, Levels
from engine.confidence import contributions, features, like_a_photo, probability, sigmoid
from engine.config import Calibration, Logistic, SecondLook
from engine.contract import ModelMismatch
from engine.search import Hypothesis
from engine.second_look import agreement, middle

FOUND = [Hypothesis((3, 4), (-0.5, -1.5, -0.1), -2.1), Hypothesis((3,), (-2.0, -1.0), -3.0)]
PLAIN = Calibration(bias=0.5, weights={"margin": 2.0}, typical={"margin": 0.4})


def test_features_of_a_search() -> None:
    assert features(FOUND) == pytest.approx(
        {"mean_log_prob": -0.7, "min_log_prob": -1.5, "margin": 0.9, "length": 2.0}
    )
    assert features(FOUND[:1])["margin"] == 0.0


def test_projections_are_features() -> None:
    calibration = replace(PLAIN, projections={"picture": (1.0, -2.0), "photo": (0.0, 1.0)})
    found = features(FOUND, np.array([3.0, 0.5], np.float32), calibration)
    assert (found["picture"], found["photo"]) == (2.0, 0.5)
    assert "picture" not in features(FOUND, np.array([3.0, 0.5], np.float32), None)


def test_a_projection_of_another_width_names_both() -> None:
    calibration = replace(PLAIN, projections={"picture": (1.0,)})
    with pytest.raises(ModelMismatch, match=r"width 1.*width 2"):
        features(FOUND, np.zeros(2, np.float32), calibration)


def test_without_calibration_probable_sentences_rank_higher() -> None:
    assert probability({"mean_log_prob": -0.1}, None) > probability({"mean_log_prob": -1.0}, None)


def test_probability_by_hand() -> None:
    assert probability({"margin": 0.25}, PLAIN) == pytest.approx(sigmoid(1.0))
    assert probability({"margin": -1e9}, PLAIN) == pytest.approx(0.0)
    assert probability({"margin": 1e9}, PLAIN) == pytest.approx(1.0)


def test_a_picture_unlike_photos_is_not_trusted() -> None:
    calibration = replace(PLAIN, photo=Logistic(bias=0.0, weights={"photo": 1.0}))
    sure = {"margin": 5.0}
    assert probability(sure | {"photo": 9.0}, calibration) > 0.99
    assert probability(sure | {"photo": -9.0}, calibration) < 0.001
    assert like_a_photo({"photo": 0.0}, calibration) == 0.5
    assert like_a_photo({}, PLAIN) == 1.0


def test_a_second_look_replaces_the_first() -> None:
    look = SecondLook(
        low=0.3, high=0.8, share=0.8, logistic=Logistic(bias=-1.0, weights={"first": 1.0, "agreement": 2.0})
    )
    calibration = replace(PLAIN, second_look=look)
    row = {"margin": 0.25}  # log-odds 1
    assert probability(row, calibration) == pytest.approx(sigmoid(1.0))
    assert probability(row | {"agreement": 0.0}, calibration) == pytest.approx(sigmoid(0.0))
    assert probability(row | {"agreement": 1.0}, calibration) == pytest.approx(sigmoid(2.0))


def test_contributions_add_up_to_the_distance_from_a_typical_photo() -> None:
    assert contributions({"margin": 0.9}, PLAIN) == {"margin": pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("confidence", "tone"),
    [
        (1.0, Certainty.SURE),
        (0.7, Certainty.SURE),
        (0.699, Certainty.FAIRLY_SURE),
        (0.4, Certainty.FAIRLY_SURE),
        (0.399, Certainty.UNSURE),
        (0.1, Certainty.UNSURE),
        (0.099, Certainty.UNRECOGNISED),
        (0.0, Certainty.UNRECOGNISED),
    ],
)
def test_tones(confidence: float, tone: Certainty) -> None:
    assert Levels(sure=0.7, fairly_sure=0.4, unsure=0.1).certainty(confidence) is tone


def test_without_levels_of_its_own_a_model_says_every_caption() -> None:
    assert Levels().certainty(0.0) is Certainty.UNSURE


def test_the_middle_of_a_picture() -> None:
    image = np.arange(10 * 20 * 3, dtype=np.uint8).reshape(10, 20, 3)
    found = middle(image, 0.8)
    assert found.shape == (8, 16, 3)
    assert found.flags.c_contiguous
    assert (found == image[1:9, 2:18]).all()
    assert middle(image, 1.0).shape == image.shape


@pytest.mark.parametrize(
    ("text", "other", "alike"),
    [
        ("một con chó", "Một con chó", 1.0),
        ("một con chó", "hai người đàn ông", 0.0),
        ("một con chó", "một con mèo", (4 / 6 + 2 / 4) / 2),
        ("chó", "chó", 1.0),
        ("chó chó", "chó", (2 / 3 + 0) / 2),
    ],
)
def test_agreement(text: str, other: str, alike: float) -> None:
    assert agreement(text, other) == pytest.approx(alike)
    assert agreement(other, text) == pytest.approx(alike)
