"""The ``viclipcap`` command line."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from assistant import __version__
from assistant.commands import app, describe, doctor, evaluate, models, read, say, train, voices
from assistant.commands.outcome import ExitCode, UsageError
from assistant.messages import LANGUAGES, Language, Messages

_PASSING_ON = {"train": train, "evaluate": evaluate}
"""Commands of another program: what is not known here is passed on to it, as ``passed_on``."""

_COMMANDS = {
    "describe": describe,
    "read": read,
    "say": say,
    "voices": voices,
    "models": models,
    **_PASSING_ON,
    "doctor": doctor,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: arguments without the program's name; ``None`` takes those of the process.

    Returns:
        An ``ExitCode``.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    arguments = list(sys.argv[1:] if argv is None else argv)
    messages = Messages(_language(arguments))
    try:
        options = _parse(arguments, messages)
        if options.command is None:
            return app.run(messages)
        return int(_COMMANDS[options.command].run(options, messages))
    except UsageError as exc:
        print(messages.text("usage.wrong", detail=exc), file=sys.stderr)
        print(messages.text("usage.see-help"), file=sys.stderr)
        return ExitCode.USAGE


def _language(arguments: Sequence[str]) -> Language:
    """Look for ``--lang`` before parsing, since the parser itself speaks that language."""
    joined = " ".join(arguments).replace("--lang=", "--lang ")
    return next((language for language in LANGUAGES if f"--lang {language}" in joined), "vi")


def _parse(arguments: Sequence[str], messages: Messages) -> argparse.Namespace:
    words = [word for word in arguments if not word.startswith("-") and word not in LANGUAGES]
    if words and words[0] not in _COMMANDS:
        raise UsageError(messages.text("usage.unknown-arguments", arguments=words[0]))
    options, unknown = _parser(messages).parse_known_args(arguments)
    if options.command in _PASSING_ON:
        options.passed_on = unknown
    elif unknown:
        raise UsageError(messages.text("usage.unknown-arguments", arguments=" ".join(unknown)))
    return options


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The command's name says enough; argparse's own word before it is English."""
        super().add_usage(usage, actions, groups, prefix or "")


class _Parser(argparse.ArgumentParser):
    """argparse with errors as exceptions and its few fixed words in the person's language."""

    def __init__(self, messages: Messages, **arguments: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Formatter, **arguments)
        self._positionals.title = messages.text("usage.arguments")
        self._optionals.title = messages.text("usage.options")
        add = self.add_argument
        add("-h", "--help", action="help", help=messages.text("usage.help"))
        add("--lang", choices=LANGUAGES, default="vi", help=messages.text("usage.lang"))

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _parser(messages: Messages) -> argparse.ArgumentParser:
    class Localised(_Parser):
        """What argparse makes the commands' parsers of; it passes no arguments of ours."""

        def __init__(self, **arguments: Any) -> None:
            super().__init__(messages, epilog=messages.text("usage.exit-codes"), **arguments)

    parser = Localised(prog="viclipcap", description=messages.text("usage.program"))
    version = messages.text("usage.version")
    parser.add_argument("--version", action="version", version=__version__, help=version)
    title = messages.text("usage.commands")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title=title, parser_class=Localised)
    for name, module in _COMMANDS.items():
        summary = messages.text(f"usage.{name}")
        module.configure(commands.add_parser(name, description=summary, help=summary), messages)
    return parser
