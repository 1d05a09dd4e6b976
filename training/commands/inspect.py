"""``python -m training inspect``: what is in a folder of photos with captions, and what is wrong with it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from training.commands.places import DATA
from training.data import DataError, Dataset
from training.datasets import examine_photos, why_unusable
from training.datasets.problems import RULES, Problem

_SHOWN = 5
"""Ids of a problem that are shown to a person; all of them are in the JSON."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the dataset")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with all ids")
    parser.add_argument("--thorough", action="store_true", help="decode every photo; takes minutes")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    try:
        dataset = examine_photos(options.data, thorough=options.thorough)
    except DataError as exc:
        if options.json:
            print(json.dumps(_nothing(str(exc))))
        raise
    why_not = why_unusable(dataset)
    if options.json:
        print(json.dumps(_findings(dataset, why_not)))
        return
    print(f"{dataset.folder}: {dataset.kind}")
    for split, counted in dataset.counts().items():
        print(f"{split}: {counted['photos']} photos, {counted['captions']} captions")
    for reason, ids in dataset.problems.items():
        more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
        print(f"{reason}: {len(ids)}, {RULES[Problem(reason)]}\n    {', '.join(ids[:_SHOWN])}{more}")
    print(why_not or "It can be trained on.")


def _findings(dataset: Dataset, why_not: str | None) -> dict[str, Any]:
    return {
        "kind": dataset.kind,
        "splits": dataset.counts(),
        "problems": dataset.problems,
        "usable": why_not is None,
        "why_not": why_not,
    }


def _nothing(why_not: str) -> dict[str, Any]:
    return {"kind": "", "splits": {}, "problems": {}, "usable": False, "why_not": why_not}
