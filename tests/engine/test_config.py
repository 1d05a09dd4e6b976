"""``config.json``: written and read back, and refused in words."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from engine.certainty import Levels
from engine.config import Calibration, Logistic, SecondLook, parse_config
from engine.contract import ModelCorrupt, ModelMismatch
from tests.tiny import tiny_config


def test_round_trip() -> None:
    config = replace(
        tiny_config(), files={"a.onnx": "00"}, calibration=Calibration(bias=0.5, weights={"margin": 2.0})
    )
    assert parse_config(config.to_json(), source="here") == config


FULL = Calibration(
    bias=0.5,
    weights={"margin": 2.0},
    typical={"margin": 0.25},
    projections={"picture": (0.5, -1e-05, 3.0), "photo": (1.0, 2.0, 3.0)},
    photo=Logistic(bias=1.0, weights={"photo": 1.0}),
    second_look=SecondLook(
        low=0.5, high=0.8, share=0.8, logistic=Logistic(bias=-1.0, weights={"first": 1.0, "agreement": 1.5})
    ),
    levels=Levels(sure=0.7, fairly_sure=0.4, unsure=0.1),
)


def test_round_trip_of_everything_a_calibration_has() -> None:
    config = replace(tiny_config(), calibration=FULL)
    text = config.to_json()
    assert parse_config(text, source="here") == config
    assert '"picture": [0.5, -1e-05, 3.0]' in text  # hundreds of numbers, one line


def test_a_calibration_of_an_older_program() -> None:
    """GIVEN a config that only has bias and weights, THEN every caption is said, in the usual tones."""
    raw = json.loads(tiny_config().to_json()) | {"calibration": {"bias": 1.0, "weights": {"length": 0.5}}}
    calibration = parse_config(json.dumps(raw), source="here").calibration
    assert calibration == Calibration(bias=1.0, weights={"length": 0.5})
    assert calibration is not None
    assert (calibration.levels, calibration.photo, calibration.second_look) == (Levels(), None, None)


def test_unknown_keys_are_reported_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    raw = json.loads(tiny_config().to_json()) | {"from_the_future": 1}
    with caplog.at_level(logging.WARNING):
        assert parse_config(json.dumps(raw), source="here") == tiny_config()
    assert "from_the_future" in caplog.text


def test_other_format_version_names_both() -> None:
    raw = json.loads(tiny_config().to_json()) | {"format_version": 7}
    with pytest.raises(ModelMismatch, match=r"version 7.*reads 1"):
        parse_config(json.dumps(raw), source="here")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"preprocessing": {"size": 4, "mean": 3}}, id="mean-not-a-list"),
        pytest.param({"preprocessing": None}, id="no-preprocessing"),
        pytest.param({"generation": {"beam_size": 0}}, id="impossible-search"),
        pytest.param({"calibration": {"bias": 1.0}}, id="half-a-calibration"),
        pytest.param(
            {"calibration": {"bias": 1.0, "weights": {}, "levels": {"sure": 0.1, "fairly_sure": 0.5}}},
            id="falling-levels",
        ),
        pytest.param(
            {"calibration": {"bias": 1.0, "weights": {}, "projections": {"picture": ["x"]}}},
            id="projection-of-words",
        ),
        pytest.param(
            {"calibration": {"bias": 1.0, "weights": {}, "second_look": {"low": 0.5}}}, id="half-a-look"
        ),
    ],
)
def test_nonsense_is_corrupt(change: dict[str, Any]) -> None:
    raw = json.loads(tiny_config().to_json()) | change
    with pytest.raises(ModelCorrupt, match="somewhere"):
        parse_config(json.dumps(raw), source="somewhere")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"name": "x"}'])
def test_not_a_config(text: str) -> None:
    with pytest.raises(ModelCorrupt):
        parse_config(text, source="somewhere")
