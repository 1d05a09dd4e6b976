"""``python -m training evaluate``: score a model on photos with captions, or captions of a file."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

from training.commands.captions import Captions, add_dataset_options, from_file, from_model
from training.data import DataError
from training.metrics import (
    DEFAULT_RECIPE,
    RECIPES,
    Metric,
    find_recipe,
    intervals_of,
    measure,
    per_picture,
)
from training.metrics.chair import Chair
from training.metrics.clip_score import DEFAULT_NETWORK
from training.metrics.diversity import diversity
from training.metrics.photo_scores import clip_scores
from training.metrics.predictions import write_predictions
from training.metrics.spice import CAVEAT, spice

Scores = dict[str, dict[str, tuple[float, float, float]]]
"""Recipe -> score -> (value, lower and upper end of its interval)."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", default="starter", help="name or folder of a model")
    what.add_argument("--predictions", type=Path, help="JSON list of {id, references, hypothesis}")
    add_dataset_options(parser)
    parser.add_argument(
        "--recipe", nargs="+", default=[DEFAULT_RECIPE], metavar="NAME",
        help=f"how to score: {', '.join(RECIPES)}; default {DEFAULT_RECIPE}",
    )  # fmt: skip
    parser.add_argument("--chair", action="store_true", help="objects that were made up (CHAIR-vi)")
    parser.add_argument("--diversity", action="store_true", help="how varied and how long the captions are")
    parser.add_argument("--train-captions", type=Path, help="known captions, one a line; default of --data")
    parser.add_argument("--spice", action="store_true", help="SPICE, which is made for English")
    parser.add_argument(
        "--clip-score", nargs="?", const=DEFAULT_NETWORK, metavar="NETWORK",
        help=f"vi-CLIPScore with a multilingual network on this computer; default {DEFAULT_NETWORK}",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the scores as JSON and nothing else")
    parser.add_argument("--html", type=Path, help="write a report with photos, plots and cases")
    parser.add_argument("--captions", type=Path, help="write what was said of each photo to this file")
    parser.add_argument("--save", type=Path, help="write the captions as a file for --predictions")
    parser.add_argument("--per-image", type=Path, help="write the CIDEr-D of each picture as CSV")


def run(options: argparse.Namespace) -> None:
    """Carry the command out."""
    for name in options.recipe:
        find_recipe(name)
    train = _train_captions(options)
    _check_places(options)  # before minutes of work
    captions = from_file(options.predictions) if options.predictions else from_model(options.model, options)
    scores = _scores(captions, options)
    variety = diversity([item.scored.hypothesis for item in captions.predictions], train or captions.train)
    if options.spice:
        print(CAVEAT, file=sys.stderr)
    if options.json:
        _print_json(scores, variety if options.diversity else {})
    else:
        _print_table(scores, variety if options.diversity else {})
    _write_files(captions, options)
    if options.html:
        _write_report(captions, options, scores, variety)


def _train_captions(options: argparse.Namespace) -> list[str]:
    if not options.train_captions:
        return []
    try:
        lines: list[str] = options.train_captions.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise DataError(f"Cannot read the captions {options.train_captions}: {exc}") from exc
    return lines


def _check_places(options: argparse.Namespace) -> None:
    for file in (options.html, options.captions, options.save, options.per_image):
        if file and not file.parent.is_dir():
            raise DataError(f"Cannot write {file}: there is no folder {file.parent}.")


def _scores(captions: Captions, options: argparse.Namespace) -> Scores:
    items = [item.scored for item in captions.predictions]
    extra: list[Metric] = [Chair(items)] if options.chair else []
    if options.spice:
        extra.append(spice(items))
    if options.clip_score:
        extra.append(clip_scores(captions.predictions, options.clip_score))
    found: Scores = {}
    for name in options.recipe:
        measured = measure(items, name, *extra)
        bounds = intervals_of(measured)
        found[name] = {score: (value, *bounds[score]) for score, value in measured.scores().items()}
    return found


def _print_json(scores: Scores, variety: dict[str, float]) -> None:
    plain: dict[str, object] = {
        recipe: {score: value for score, (value, _, _) in found.items()} | variety
        for recipe, found in scores.items()
    }
    print(json.dumps(next(iter(plain.values())) if len(plain) == 1 else plain, ensure_ascii=False))


def _print_table(scores: Scores, variety: dict[str, float]) -> None:
    for recipe, found in scores.items():
        print(f"{recipe}: {RECIPES[recipe].purpose}")
        for name, (value, low, high) in found.items():
            print(f"  {name:15} {value:.4f}   [{low:.4f}, {high:.4f}]")
    for name, value in variety.items():
        print(f"  {name:15} {value:.4f}")


def _write_files(captions: Captions, options: argparse.Namespace) -> None:
    predictions = captions.predictions
    if options.captions:
        rows = [{"file": item.id, "text": item.scored.hypothesis} for item in predictions]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.captions.write_text(lines, encoding="utf-8")
    if options.save:
        write_predictions(options.save, predictions)
    if options.per_image:
        scores = per_picture([item.scored for item in predictions], options.recipe[0])
        with options.per_image.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "CIDEr-D", "hypothesis"])
            for item, score in zip(predictions, scores, strict=True):
                writer.writerow([item.id, f"{score:.6f}", item.scored.hypothesis])


def _write_report(
    captions: Captions, options: argparse.Namespace, scores: Scores, variety: dict[str, float]
) -> None:
    # Plots and the template engine take a second to load.
    from training.report import Result, open_drawer, write_report

    items = [item.scored for item in captions.predictions]
    result = Result(
        title=captions.title,
        predictions=captions.predictions,
        scores=scores,
        per_picture=per_picture(items, options.recipe[0]),
        diversity=variety,
    )
    write_report(options.html, result, open_drawer(captions.checkpoint))
