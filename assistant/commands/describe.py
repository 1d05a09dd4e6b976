"""``viclipcap describe``: pictures -> one caption a line."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from assistant.commands.outcome import ExitCode, UsageError
from assistant.commands.voice_options import (
    add_voice_options,
    read_aloud,
    read_into_file,
    sound_file,
    wanted_chain,
)
from assistant.environment import DEFAULT_MODEL, model_store
from assistant.messages import Messages
from engine import (
    DEVICES,
    Caption,
    Captioner,
    CaptionError,
    CaptionOptions,
    Device,
    ModelError,
    load_captioner,
    read_image,
)

MAX_BEAMS = 20

STDIN = "-"

ENOUGH_PIXELS = 1_000_000
"""Larger pictures are read at reduced scale: no encoder looks at more than some hundred pixels a side."""

RUNNING_APP_SOURCES = ("screen", "window", "region", "clipboard")
"""What the app that is running can be asked to describe; where no global hotkey can be had, the desktop's own
settings bind a key to such a command."""


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help=messages.text("usage.describe-files"))
    add("--json", action="store_true", help=messages.text("usage.describe-json"))
    add("--beams", metavar="N", help=messages.text("usage.describe-beams"))
    add("--device", metavar="NAME", default="auto", help=messages.text("usage.describe-device"))
    add("--model", metavar="NAME", default=DEFAULT_MODEL, help=messages.text("usage.describe-model"))
    add("--speak", action="store_true", help=messages.text("usage.describe-speak"))
    add("--speak-to", metavar="FILE", help=messages.text("usage.speak-to"))
    add_voice_options(parser, messages)
    for source in RUNNING_APP_SOURCES:
        add(f"--{source}", action="store_true", help=messages.text(f"usage.describe-{source}"))


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Describe every file in order; the model is loaded once."""
    if asked := [source for source in RUNNING_APP_SOURCES if getattr(options, source)]:
        return _ask_app(asked, options, messages)
    if not options.files:
        raise UsageError(messages.text("usage.no-files"))
    wanted = CaptionOptions(beam_size=_beams(options.beams, messages))
    device = _device(options.device, messages)
    try:
        captioner = load_captioner(model_store().find(options.model), device=device)
    except ModelError as exc:
        print(messages.error(exc), file=sys.stderr)
        return ExitCode.NO_MODEL
    printer: _Printer = _JsonPrinter(messages, captioner) if options.json else _LinePrinter(messages)
    target = sound_file(options.speak_to, messages)
    chain = wanted_chain(options, messages) if options.speak or target else None
    speaking = options.speak
    said: list[str] = []
    code = ExitCode.OK
    for file in options.files:
        try:
            caption = _describe(file, captioner, wanted)
        except CaptionError as exc:
            code = ExitCode.UNREADABLE
            printer.failed(file, exc)
        else:
            printer.described(file, caption)
            if caption.fell_back:
                print(messages.text("describing.fell-back"), file=sys.stderr)
            said.append(messages.spoken(caption))
            if chain and speaking:  # a failure is told once: it would be the same for every picture
                speaking = read_aloud(chain, said[-1], messages)
    if chain and target and said and not read_into_file(chain, " ".join(said), target, messages):
        return ExitCode.NO_VOICE
    return code


def _ask_app(asked: list[str], options: argparse.Namespace, messages: Messages) -> int:
    """Hand a wish to the running app, which speaks and shows the result."""
    if len(asked) > 1 or options.files:
        raise UsageError(messages.text("usage.one-source"))
    if importlib.util.find_spec("PySide6"):
        from assistant.instance import send_wish

        if send_wish(f"describe-{asked[0]}"):
            return ExitCode.OK
    print(messages.text("app.not-running"), file=sys.stderr)
    return ExitCode.NO_APP


def _beams(text: str | None, messages: Messages) -> int | None:
    if text is None:
        return None
    if text.isdecimal() and 1 <= int(text) <= MAX_BEAMS:
        return int(text)
    raise UsageError(messages.text("usage.not-a-count", option="--beams", low=1, high=MAX_BEAMS, value=text))


def _device(name: str, messages: Messages) -> Device:
    for device in DEVICES:
        if name == device:
            return device
    known = ", ".join(DEVICES)
    raise UsageError(messages.text("usage.not-a-device", option="--device", known=known, value=name))


def _describe(file: str, captioner: Captioner, wanted: CaptionOptions) -> Caption:
    """Read and describe one file; its decoding time joins the caption's stages."""
    start = time.perf_counter()
    source = sys.stdin.buffer.read() if file == STDIN else Path(file)
    image = read_image(source, max_pixels=ENOUGH_PIXELS)
    decode_ms = round((time.perf_counter() - start) * 1000.0, 3)
    caption = captioner.caption(image, wanted)
    return replace(caption, timings_ms={"decode": decode_ms, **caption.timings_ms})


class _Printer(Protocol):
    def described(self, file: str, caption: Caption) -> None: ...

    def failed(self, file: str, error: CaptionError) -> None: ...


class _LinePrinter:
    """One caption a line on standard output, failures on standard error."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def described(self, file: str, caption: Caption) -> None:
        print(self._messages.spoken(caption), flush=True)

    def failed(self, file: str, error: CaptionError) -> None:
        reason = self._messages.error(error)
        print(self._messages.text("describe.failed", file=file, reason=reason), file=sys.stderr)


class _JsonPrinter:
    """One JSON object a line, for described and failed files alike."""

    def __init__(self, messages: Messages, captioner: Captioner) -> None:
        self._messages = messages
        self._model = captioner.config.name

    def described(self, file: str, caption: Caption) -> None:
        self._print(
            file=file,
            text=caption.text,
            confidence=round(caption.confidence, 4),
            verdict=caption.verdict,
            alternatives=caption.alternatives,
            timings_ms=dict(caption.timings_ms),
            model=caption.model,
        )

    def failed(self, file: str, error: CaptionError) -> None:
        self._print(
            file=file,
            error=self._messages.error(error),
            confidence=None,
            verdict=None,
            alternatives=[],
            timings_ms={},
            model=self._model,
        )

    def _print(self, **fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), flush=True)
