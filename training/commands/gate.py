"""``python -m training gate``: make the gate's pictures, fit its networks, report how it does."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from engine import gate_network
from engine.contract import Verdict
from training.commands.places import DATA
from training.datasets import read_photos
from training.gate.fitting import fit_cells, fit_pictures
from training.gate.judging import judge_all, judge_files, judge_left_out
from training.gate.making import Entry, make, read
from training.gate.measuring import Measured, measure_all
from training.gate.report import Results, write
from training.gate.scoring import Judged
from training.gate.stock import ROOT

PICTURES = Path("runs/gate")

_FOLDS = 7

_log = logging.getLogger(__name__)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add("pictures", nargs="?", type=Path, default=PICTURES, metavar="FOLDER", help="of the pictures")
    add("--make", action="store_true", help="make the pictures")
    add("--fit", action="store_true", help=f"fit the networks and write {gate_network.FILE.name}")
    add("--report", type=Path, help="judge the pictures for testing and write this Markdown file")
    add("--data", type=Path, default=DATA, help="photos to make them with")
    add("--count", type=int, default=50, help="pictures per maker for fitting; two for testing for each five")
    add("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    if options.make:
        counts = {"fit": options.count, "test": max(1, options.count * 2 // 5)}
        make(options.pictures, read_photos(options.data), counts, seed=options.seed)
    entries = read(options.pictures)
    if not (options.fit or options.report):
        return
    measured = measure_all(options.pictures, [entry for entry in entries if entry.part == "fit"])
    if options.fit:
        _fit(measured, options.seed)
    if options.report:
        left_out = judge_left_out(measured, _FOLDS, options.seed)
        write(options.report, _results(options.pictures, entries, left_out))


def _fit(measured: Sequence[Measured], seed: int) -> None:
    cells = fit_cells(measured, seed)
    pictures = fit_pictures(cells, measured, seed)
    raw = {name: gate_network.to_json(net) for name, net in (("cells", cells), ("pictures", pictures))}
    text = json.dumps(raw, separators=(",", ":"))
    gate_network.FILE.write_text(text + "\n", encoding="utf-8")
    gate_network.networks.cache_clear()
    _log.info("wrote %s, %d bytes", gate_network.FILE, len(text))


def _results(folder: Path, entries: Sequence[Entry], left_out: Sequence[Judged]) -> Results:
    screenshots = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    return Results(
        entries=entries,
        outcomes=judge_all(folder, [entry for entry in entries if entry.part == "test"]),
        left_out=left_out,
        screenshots=judge_files(screenshots, Verdict.INTERFACE),
        samples=judge_files(sorted((ROOT / "resources" / "samples").glob("*.jpg")), Verdict.PHOTO),
    )
