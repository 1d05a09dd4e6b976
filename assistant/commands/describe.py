"""``viclipcap describe``: pictures -> one caption a line."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from assistant.commands.asking import ask_app
from assistant.commands.outcome import ExitCode, UsageError
from assistant.commands.overlay import SUFFIXES, save_overlay
from assistant.commands.printing import ExplainingPrinter, JsonPrinter, LinePrinter, Printer
from assistant.commands.voice_options import (
    add_voice_options,
    read_aloud,
    read_into_file,
    sound_file,
    wanted_chain,
)
from assistant.environment import DEFAULT_MODEL, model_store
from assistant.messages import Messages
from assistant.reading.wording import Wording, size_of
from engine import (
    DEVICES,
    Caption,
    Captioner,
    CaptionError,
    CaptionOptions,
    Device,
    ModelError,
    Pixels,
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
    add("--explain", action="store_true", help=messages.text("usage.describe-explain"))
    add("--save-overlay", metavar="PICTURE", help=messages.text("usage.describe-save-overlay"))
    add("--alternatives", action="store_true", help=messages.text("usage.describe-alternatives"))
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
    overlay = _overlay(options, messages)
    try:
        captioner = load_captioner(model_store().find(options.model), device=device)
    except ModelError as exc:
        print(messages.error(exc), file=sys.stderr)
        return ExitCode.NO_MODEL
    printer = _printer(options, messages, captioner)
    target = sound_file(options.speak_to, messages)
    chain = wanted_chain(options, messages) if options.speak or target else None
    speaking, wording = options.speak, Wording(messages)
    said: list[str] = []
    code = ExitCode.OK
    for file in options.files:
        try:
            image, caption = _describe(file, captioner, wanted)
        except CaptionError as exc:
            code = ExitCode.UNREADABLE
            printer.failed(file, exc)
        else:
            printer.described(file, image, caption)
            code = max(code, _draw(overlay, image, caption, messages))
            if caption.fell_back:
                print(messages.text("describing.fell-back"), file=sys.stderr)
            said.append(wording.brief(caption, size_of(image), alternatives=options.alternatives))
            if chain and speaking:  # a failure is told once: it would be the same for every picture
                speaking = read_aloud(chain, said[-1], messages)
    if chain and target and said and not read_into_file(chain, " ".join(said), target, messages):
        return ExitCode.NO_VOICE
    return code


def _ask_app(asked: list[str], options: argparse.Namespace, messages: Messages) -> int:
    """Hand a wish to the running app, which speaks and shows the result."""
    if len(asked) > 1 or options.files:
        raise UsageError(messages.text("usage.one-source"))
    return ask_app(f"describe-{asked[0]}", messages)


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


def _overlay(options: argparse.Namespace, messages: Messages) -> Path | None:
    """The file to draw into."""
    if options.save_overlay is None:
        return None
    path = Path(options.save_overlay)
    if len(options.files) > 1:
        raise UsageError(messages.text("usage.one-overlay"))
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(messages.text("usage.not-a-picture-file", known=known, file=path.name))
    return path


def _draw(path: Path | None, image: Pixels, caption: Caption, messages: Messages) -> ExitCode:
    if path is None:
        return ExitCode.OK
    try:
        save_overlay(path, image, caption, messages)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        print(messages.text("describing.not-saved", path=path, reason=reason), file=sys.stderr)
        return ExitCode.UNREADABLE
    return ExitCode.OK


def _printer(options: argparse.Namespace, messages: Messages, captioner: Captioner) -> Printer:
    if options.explain:
        return ExplainingPrinter(messages, captioner)
    if options.json:
        return JsonPrinter(messages, captioner)
    return LinePrinter(messages, alternatives=options.alternatives)


def _describe(file: str, captioner: Captioner, wanted: CaptionOptions) -> tuple[Pixels, Caption]:
    """Read and describe one file; its decoding time joins the caption's stages."""
    start = time.perf_counter()
    source = sys.stdin.buffer.read() if file == STDIN else Path(file)
    image = read_image(source, max_pixels=ENOUGH_PIXELS)
    decode_ms = round((time.perf_counter() - start) * 1000.0, 3)
    caption = captioner.caption(image, wanted)
    return image, replace(caption, timings_ms={"decode": decode_ms, **caption.timings_ms})
