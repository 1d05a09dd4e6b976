"""``viclipcap models export`` on a real, tiny model, and what stands in its way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands import model_export
from assistant.commands.outcome import ExitCode
from assistant.environment import MODELS_VARIABLE
from assistant.messages import Messages
from engine.nets.clipcap import ClipCap
from engine.store import ModelFolder, open_folder
from tests.tiny import tiny_config

pytestmark = pytest.mark.slow

MESSAGES = Messages("vi")


@pytest.fixture
def folder(tiny_folder: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny model in fp32, without its weights for torch."""
    shutil.copytree(tiny_folder.path, tmp_path / "models" / "tiny")
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "models"))
    return tmp_path / "models" / "tiny"


def test_graphs_in_both_precisions_from_the_weights(
    folder: Path, tiny_network: ClipCap, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.checkpoint import save

    save(tiny_network, tiny_config(), folder / "model.safetensors")
    assert main(["models", "export", "tiny"]) == 0
    made = open_folder(folder)
    made.verify()
    assert {
        "encoder.onnx",
        "decoder.onnx",
        "encoder.fp32.onnx",
        "decoder.fp32.onnx",
    } <= made.config.files.keys()
    report = json.loads((folder / "export.json").read_text())["int8_against_fp32"]
    assert report["pictures"] == 4
    assert f"{report['identical']:.0%}" in capsys.readouterr().out
    assert main(["describe", "--model", "tiny", str(model_export.SAMPLES / "cat.jpg")]) == 0


def test_a_model_without_weights(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "export", "tiny"]) == ExitCode.MODELS_UNCHANGED
    wanted = MESSAGES.text("models-command.no-weights", name="tiny", file="model.safetensors")
    assert capsys.readouterr().err.strip() == wanted


def test_without_the_extra(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "model.safetensors").write_bytes(b"x")
    monkeypatch.setattr(model_export, "package_version", lambda name: None)
    assert main(["models", "export", "tiny"]) == ExitCode.MODELS_UNCHANGED
    assert "requirements/train.txt" in capsys.readouterr().err
