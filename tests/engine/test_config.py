"""``config.json``: written and read back, and refused in words."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from engine.config import Calibration, parse_config
from engine.contract import ModelCorrupt, ModelMismatch
from tests.tiny import tiny_config


def test_round_trip() -> None:
    config = replace(
        tiny_config(), files={"a.onnx": "00"}, calibration=Calibration(bias=0.5, weights={"margin": 2.0})
    )
    assert parse_config(config.to_json(), source="here") == config


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
