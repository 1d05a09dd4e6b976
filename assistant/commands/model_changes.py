"""``viclipcap models get | import | remove``. Nothing happens without a word before it."""

from __future__ import annotations

import argparse
import shlex
import sys
from functools import partial
from pathlib import Path

from assistant.commands.outcome import ExitCode, UsageError
from assistant.environment import tessdata_folder
from assistant.messages import Messages
from assistant.model_shelf import Entry, ModelShelf, own_shelf
from assistant.model_words import Tenths, details, failure, megabytes, percent_of
from assistant.reading.language_data import SUFFIX, DataError, import_language_data
from engine import OfferedModel, StoreError, StoreFault, Transfer, read_catalogue


def get_model(options: argparse.Namespace, messages: Messages) -> int:
    """Download a model after the person agreed; what is here from before is not downloaded again."""
    offers = {offer.name: offer for offer in read_catalogue(options.catalogue)}
    offer = offers.get(options.name)
    if offer is None:
        names = ", ".join(offers) or messages.text("models-command.no-names")
        _say(messages.text("models-command.not-offered", name=options.name, names=names))
        return ExitCode.MODELS_UNCHANGED
    _say(details(Entry(None, offer), messages))
    if not agreed(messages.text("models-command.ask-get"), options, messages):
        return ExitCode.MODELS_UNCHANGED
    command = shlex.join(["viclipcap", "models", "get", offer.name, "--catalogue", options.catalogue])
    try:
        _fetch(own_shelf(), offer, messages)
    except KeyboardInterrupt:
        _say(messages.text("models-command.interrupted-get", command=command))
        return ExitCode.MODELS_UNCHANGED
    except StoreError as exc:
        _say(failure(exc, messages))
        if exc.fault in (StoreFault.INTERRUPTED, StoreFault.DISK_FULL):
            _say(messages.text("models-command.go-on", command=command))
        return ExitCode.MODELS_UNCHANGED
    print(messages.text("models-command.got", name=offer.name))
    return ExitCode.OK


def import_model(options: argparse.Namespace, messages: Messages) -> int:
    """Copy a model from a folder or zip file, or language data for reading text."""
    if options.path.endswith(SUFFIX):
        return _import_language_data(Path(options.path), messages)
    folder = own_shelf().installer.import_from(Path(options.path), _told(messages))
    licence = folder.config.licence or messages.text("models-entry.none-stated")
    size_mb = megabytes(folder.size_bytes)
    print(messages.text("models-command.imported", name=folder.name, size_mb=size_mb, licence=licence))
    return ExitCode.OK


def _import_language_data(path: Path, messages: Messages) -> int:
    folder = tessdata_folder()
    try:
        size = import_language_data(path, folder)
    except DataError as exc:
        places = {"file": path, "folder": folder, "reason": exc.reason}
        _say(messages.text(f"language-data.{exc.fault}", **places))
        return ExitCode.MODELS_UNCHANGED
    print(messages.text("language-data.imported", size_mb=megabytes(size), folder=folder))
    return ExitCode.OK


def remove_model(options: argparse.Namespace, messages: Messages) -> int:
    """Delete one of the person's own models, unless it is needed."""
    shelf = own_shelf()
    folder = shelf.store.find(options.name)
    if kept := shelf.why_kept(folder):
        _say(messages.text(f"kept.{kept}"))
        return ExitCode.MODELS_UNCHANGED
    size_mb = megabytes(folder.size_bytes)
    question = messages.text("models-command.ask-remove", name=folder.name, size_mb=size_mb, path=folder.path)
    if not agreed(question, options, messages):
        return ExitCode.MODELS_UNCHANGED
    shelf.installer.remove(folder)
    print(messages.text("models-command.removed", name=folder.name))
    return ExitCode.OK


def _fetch(shelf: ModelShelf, offer: OfferedModel, messages: Messages) -> None:
    percent = percent_of(shelf.installer.kept_bytes(offer), offer.size_bytes)
    if percent:
        _say(messages.text("models-command.resuming", percent=percent))
    shelf.installer.fetch(offer, _told(messages, percent))


def _told(messages: Messages, percent: int = 0) -> Transfer:
    """Prints each tenth that is reached."""
    tenths = Tenths(lambda tenth: _say(messages.text("models-command.percent", percent=tenth)), percent)
    return Transfer(partial(_reach, tenths))


def _reach(tenths: Tenths, done_bytes: int, total_bytes: int) -> None:
    tenths.reach(percent_of(done_bytes, total_bytes))


def agreed(question: str, options: argparse.Namespace, messages: Messages) -> bool:
    """Whether the person agrees, by the option or on the terminal.

    Raises:
        UsageError: nobody can be asked.
    """
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(messages.text("models-usage.needs-yes"))
    print(question, messages.text("models-command.answer"), end=" ", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip().casefold()
    if answer in messages.text("models-command.yes-words").split():
        return True
    _say(messages.text("models-command.declined"))
    return False


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
