"""``python -m training evaluate``: score a model on photos with captions."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from engine.captioner import load_captioner
from engine.contract import CaptionOptions
from engine.store import ModelStore
from training.commands.places import DATA
from training.datasets import read_photos
from training.evaluate import describe_all
from training.metrics import evaluate, intervals


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--model", default="starter", help="name or folder of a model")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--split", choices=("train", "val", "test"), default="test")
    parser.add_argument("--beams", type=int, help="beam size; default as the model says")
    parser.add_argument("--captions", type=Path, help="write what was said of each photo to this file")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    captioner = load_captioner(ModelStore().find(options.model))
    examples = read_photos(options.data).split(options.split)
    described = describe_all(captioner, examples, CaptionOptions(beam_size=options.beams))
    items = [item.scored for item in described]
    bounds = intervals(items)
    for name, value in evaluate(items).items():
        low, high = bounds[name]
        print(f"{name:8} {value:.4f}   [{low:.4f}, {high:.4f}]")
    if options.captions:
        rows = [{"file": item.example.id, "text": item.caption.text} for item in described]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.captions.write_text(lines, encoding="utf-8")
