"""``viclipcap train``: from a folder of photos with captions to a model."""

from __future__ import annotations

import argparse

from assistant.commands.training import run_training
from assistant.messages import Messages


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """The options are those of ``python -m training fit``, which reads them itself."""
    parser.epilog = messages.text("usage.train-options")


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Train; the exit code is that of the training command, or 7 when it is not installed."""
    return run_training(["fit", *options.passed_on], messages)
