"""``viclipcap models pack``: a catalogue for a model somebody wants to publish."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from assistant.commands.outcome import ExitCode, UsageError
from assistant.environment import model_store
from assistant.messages import Messages
from assistant.storage import SHARED, storage_fault, write_atomically
from engine import BUILTIN_CATALOGUE, catalogue_json, pack_model

_MIRROR_STARTS = ("http://", "https://", "{endpoint}")


def pack_folder(options: argparse.Namespace, messages: Messages) -> int:
    """Check a model folder and write sizes and checksums of its files."""
    memory_mb = _megabytes(options.memory_mb, messages)
    for mirror in options.mirror or ():
        if not mirror.startswith(_MIRROR_STARTS):
            raise UsageError(messages.text("models-usage.bad-mirror", value=mirror))
    folder = model_store().find(options.folder)
    mirrors = {"mirrors": tuple(options.mirror)} if options.mirror else {}
    model = pack_model(
        folder, title=options.title or folder.name, source=options.source, memory_mb=memory_mb, **mirrors
    )
    target = Path(options.out) if options.out else folder.path / BUILTIN_CATALOGUE.name
    try:
        write_atomically(target, catalogue_json([model]).encode(), mode=SHARED)
    except OSError as exc:
        print(messages.text(f"store-error.{storage_fault(exc)}"), file=sys.stderr)
        return ExitCode.MODELS_UNCHANGED
    print(messages.text("models-command.packed", path=target))
    return ExitCode.OK


def _megabytes(text: str | None, messages: Messages) -> int | None:
    if text is None:
        return None
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise UsageError(messages.text("models-usage.not-megabytes", value=text))
