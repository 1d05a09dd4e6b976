"""``viclipcap models export``: weights -> the graphs that describe without torch."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.commands.model_changes import agreed
from assistant.commands.outcome import ExitCode
from assistant.environment import model_store
from assistant.messages import Messages
from assistant.model_words import megabytes
from engine import NetworkOffer, export_model, fetch_networks, missing_networks

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
"""Photos on which the int8 captions are compared with those of fp32."""


def export_folder(options: argparse.Namespace, messages: Messages) -> int:
    """Write ONNX in int8 and fp32 into the model's own folder; asks before networks are downloaded."""
    folder = model_store().find(options.folder)
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


def _in_words(offer: NetworkOffer, messages: Messages) -> str:
    licence = offer.licence or messages.text("models-entry.none-stated")
    return messages.text(
        "models-command.network", name=offer.name, size_mb=megabytes(offer.size_bytes), licence=licence
    )
