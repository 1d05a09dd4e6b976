"""``viclipcap models``: what is installed."""

from __future__ import annotations

import argparse

from assistant.commands.outcome import ExitCode
from assistant.environment import model_store
from assistant.messages import Messages


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """The command has no arguments of its own."""


def run(options: argparse.Namespace, messages: Messages) -> int:
    """List the models, one a line with its licence below."""
    folders = list(model_store())
    for folder in folders:
        size_mb = folder.size_bytes / 1e6
        print(messages.text("models.line", name=folder.name, size_mb=size_mb, path=folder.path))
        print(messages.text("models.licence", licence=folder.config.licence))
    if not folders:
        print(messages.text("models.none"))
        return ExitCode.NO_MODEL
    return ExitCode.OK
