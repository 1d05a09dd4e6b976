"""``viclipcap evaluate``: score a model, or sentences that were written down."""

from __future__ import annotations

import argparse

from assistant.commands.training import run_training
from assistant.messages import Messages

_SENTENCES = "--predictions"
"""Option that takes the sentences from a file; no model, and no torch, is needed then."""


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """The options are those of ``python -m training evaluate``, which reads them itself."""
    parser.epilog = messages.text("usage.evaluate-options")


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Score; the exit code is that of the training command, or 7 when it is not installed."""
    light = any(word == _SENTENCES or word.startswith(f"{_SENTENCES}=") for word in options.passed_on)
    return run_training(["evaluate", *options.passed_on], messages, light=light)
