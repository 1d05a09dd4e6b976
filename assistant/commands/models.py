"""``viclipcap models``: what is installed, what can be had, and changing that."""

from __future__ import annotations

import argparse
import sys

from assistant.commands.model_changes import get_model, import_model, remove_model
from assistant.commands.model_export import export_folder
from assistant.commands.model_pack import pack_folder
from assistant.commands.outcome import ExitCode
from assistant.messages import Messages
from assistant.model_shelf import own_shelf
from assistant.model_words import failure, megabytes
from engine import BUILTIN_CATALOGUE, CaptionError, ModelFolder, StoreError, read_catalogue

_CHANGES = {
    "get": get_model,
    "import": import_model,
    "remove": remove_model,
    "pack": pack_folder,
    "export": export_folder,
}


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add what can be done with models; without a word they are listed."""
    parser.set_defaults(catalogue=None)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title=messages.text("usage.commands"))
    made = {}
    for name in ("list", *_CHANGES):
        summary = messages.text(f"models-usage.{name}")
        made[name] = actions.add_parser(name, description=summary, help=summary)
    _add(made["list"], messages, "--catalogue", "catalogue", metavar="FILE")
    _add(made["get"], messages, "name", "name", metavar="NAME")
    _add(made["get"], messages, "--catalogue", "catalogue", metavar="FILE", default=str(BUILTIN_CATALOGUE))
    _add(made["import"], messages, "path", "path", metavar="PATH")
    _add(made["remove"], messages, "name", "name", metavar="NAME")
    _add(made["export"], messages, "folder", "folder", metavar="FOLDER")
    for name in ("get", "remove", "export"):
        _add(made[name], messages, "--yes", "yes", action="store_true")
    _add(made["pack"], messages, "folder", "folder", metavar="FOLDER")
    for option in ("title", "source"):
        _add(made["pack"], messages, f"--{option}", option, metavar="TEXT", default="")
    _add(made["pack"], messages, "--memory-mb", "memory", metavar="MB")
    _add(made["pack"], messages, "--mirror", "mirror", metavar="URL", action="append")
    _add(made["pack"], messages, "--out", "out", metavar="FILE")


def _add(parser: argparse.ArgumentParser, messages: Messages, name: str, key: str, **options: str) -> None:
    parser.add_argument(name, help=messages.text(f"models-usage.{key}"), **options)  # type: ignore[arg-type]


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Do what is asked for; exit code 6 when nothing changed, 3 when a list is empty."""
    try:
        if options.action in (None, "list"):
            return _list(options.catalogue, messages)
        return _CHANGES[options.action](options, messages)
    except KeyboardInterrupt:
        print(messages.text("models-command.interrupted"), file=sys.stderr)
    except StoreError as exc:
        print(failure(exc, messages), file=sys.stderr)
    except CaptionError as exc:
        print(messages.error(exc), file=sys.stderr)
    return ExitCode.MODELS_UNCHANGED


def _list(catalogue: str | None, messages: Messages) -> int:
    """The installed models, one a line with its licence below; then those of a catalogue."""
    entries = own_shelf().entries(read_catalogue(catalogue or BUILTIN_CATALOGUE))
    folders = [entry.folder for entry in entries if entry.folder]
    for folder in folders:
        _print_installed(folder, messages)
    if not folders:
        print(messages.text("models.none"))
    offers = [entry.offer for entry in entries if entry.offer and not entry.folder]
    if offers:
        print(messages.text("models-command.offered"))
    for offer in offers:
        title = offer.title[messages.language]
        size_mb = megabytes(offer.size_bytes)
        print(messages.text("models-command.offered-line", name=offer.name, title=title, size_mb=size_mb))
        licence = offer.licence or messages.text("models-entry.none-stated")
        print(messages.text("models.licence", licence=licence))
    return ExitCode.OK if folders else ExitCode.NO_MODEL


def _print_installed(folder: ModelFolder, messages: Messages) -> None:
    size_mb = folder.size_bytes / 1e6
    print(messages.text("models.line", name=folder.name, size_mb=size_mb, path=folder.path))
    print(messages.text("models.licence", licence=folder.config.licence))
