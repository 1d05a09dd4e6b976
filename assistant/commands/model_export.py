"""``viclipcap models export``: weights -> the graphs that describe without torch."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.commands.model_changes import agreed
from assistant.commands.outcome import ExitCode
from assistant.environment import install_extra, model_store, package_version
from assistant.messages import Messages
from assistant.model_words import megabytes
from engine import ModelFolder, NetworkOffer, export_model, fetch_networks, missing_networks

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
"""Photos on which the int8 captions are compared with those of fp32."""

WEIGHTS = "model.safetensors"


def export_folder(options: argparse.Namespace, messages: Messages) -> int:
    """Write ONNX in int8 and fp32 into the model's own folder; asks before networks are downloaded."""
    folder = model_store().find(options.folder)
    if problem := _obstacle(folder, messages):
        print(problem, file=sys.stderr)
        return ExitCode.MODELS_UNCHANGED
    if offers := missing_networks(folder):
        for offer in offers:
            print(_in_words(offer, messages), file=sys.stderr)
        if not agreed(messages.text("models-command.ask-networks"), options, messages):
            return ExitCode.MODELS_UNCHANGED
        fetch_networks(folder)
    made = export_model(folder, folder.path, sorted(SAMPLES.glob("*.jpg")))
    report = json.loads((made.path / "export.json").read_text(encoding="utf-8"))
    same = report["int8_against_fp32"]
    print(
        messages.text(
            "models-command.exported",
            name=made.name,
            size_mb=megabytes(made.size_bytes),
            identical=same["identical"],
            pictures=same["pictures"],
        )
    )
    return ExitCode.OK


def _obstacle(folder: ModelFolder, messages: Messages) -> str:
    """Why nothing can be exported, in words; empty when it can be tried."""
    if not (folder.path / WEIGHTS).is_file():
        return messages.text("models-command.no-weights", name=folder.name, file=WEIGHTS)
    if not package_version("torch"):
        return messages.text("models-command.needs-train", install=install_extra("train"))
    return ""


def _in_words(offer: NetworkOffer, messages: Messages) -> str:
    licence = offer.licence or messages.text("models-entry.none-stated")
    return messages.text(
        "models-command.network", name=offer.name, size_mb=megabytes(offer.size_bytes), licence=licence
    )
