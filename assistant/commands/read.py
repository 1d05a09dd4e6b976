"""``viclipcap read``: the text of pictures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.commands.asking import ask_app
from assistant.commands.outcome import ExitCode, UsageError
from assistant.commands.voice_options import add_voice_options, read_aloud, wanted_chain
from assistant.messages import Messages
from assistant.reading.engines import text_readers
from assistant.reading.page import Page
from assistant.reading.reader import ReadingError, choose_reader
from assistant.reading.wording import Wording
from engine import ImageError, read_image

STDIN = "-"

WISHES = {"screen": "read-screen", "window": "read-window"}
"""Option -> wish to the app that is running."""


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help=messages.text("read-usage.files"))
    add("--json", action="store_true", help=messages.text("read-usage.json"))
    add("--speak", action="store_true", help=messages.text("usage.describe-speak"))
    add_voice_options(parser, messages)
    for source in WISHES:
        add(f"--{source}", action="store_true", help=messages.text(f"read-usage.{source}"))


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Read every file in order; exit code 2 when one could not be read."""
    if asked := [wish for source, wish in WISHES.items() if getattr(options, source)]:
        if len(asked) > 1 or options.files:
            raise UsageError(messages.text("usage.one-source"))
        return ask_app(asked[0], messages)
    if not options.files:
        raise UsageError(messages.text("usage.no-files"))
    chain = wanted_chain(options, messages) if options.speak else None
    code = ExitCode.OK
    for file in options.files:
        try:
            page = _read(file)
        except (ImageError, ReadingError) as exc:
            code = ExitCode.UNREADABLE
            reason = messages.error(exc) if isinstance(exc, ImageError) else Wording(messages).whole(exc)
            print(messages.text("describe.failed", file=file, reason=reason), file=sys.stderr)
            continue
        text = Wording(messages).whole(page)
        print(_json(file, page) if options.json else text, flush=True)
        if chain and not read_aloud(chain, text, messages):
            return ExitCode.NO_VOICE
    return code


def _read(file: str) -> Page:
    image = read_image(sys.stdin.buffer.read() if file == STDIN else Path(file))
    return choose_reader(text_readers()).read(image)


def _json(file: str, page: Page) -> str:
    lines = [
        {
            "text": line.text,
            "kind": line.kind,
            "box": [line.area.left, line.area.top, line.area.width, line.area.height],
        }
        for line in page.lines
    ]
    return json.dumps({"file": file, "lines": lines, "reader": page.reader}, ensure_ascii=False)
