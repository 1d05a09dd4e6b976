"""``python -m training COMMAND``: from a folder of photos with captions to a model and its scores."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import sys
from collections.abc import Sequence

from engine.contract import CaptionError
from training.data import DataError
from training.recipe import RecipeError
from training.run_folder import RunError

_COMMANDS = {
    "compare": "tell whether one model is better than another, or whether it is chance",
    "confidence": "fit a model's confidence, and report how far it can be trusted",
    "evaluate": "score a model on photos with captions",
    "export": "make a model folder of a finished run, or of a model",
    "features": "encode the photos of a dataset once, so that training need not",
    "fetch": "show and fetch the published networks of a recipe",
    "fit": "train by a recipe, or go on with a stopped run",
    "inspect": "say what is in a folder of photos with captions, and what is wrong with it",
    "gate": "make the gate's pictures, fit its networks, report how it does",
}
"""Module in ``training.commands`` -> what it does. Only the one that runs is imported: scoring sentences
needs no torch."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, or 1 when something needed is absent or does not fit."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    for package in ("training", "engine"):  # the export libraries tell every step they take
        logging.getLogger(package).setLevel(logging.INFO)
    if isinstance(sys.stdout, io.TextIOWrapper):  # file names may have letters that a console lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in arguments if word in _COMMANDS), None)
    options = _parser(chosen).parse_args(arguments)
    try:
        options.run(options)
    except (DataError, RecipeError, RunError, CaptionError) as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, purpose in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name == chosen:
            module = importlib.import_module(f"training.commands.{name}")
            module.configure(command)
            command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
