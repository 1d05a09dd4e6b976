"""``viclipcap say``: a text -> the program's own voice, or a sound file."""

from __future__ import annotations

import argparse
import sys

from assistant.commands.outcome import ExitCode, UsageError
from assistant.commands.voice_options import (
    add_voice_options,
    read_aloud,
    read_into_file,
    sound_file,
    wanted_chain,
)
from assistant.messages import Messages
from assistant.speech.spoken_text import has_sound, spoken_text

STDIN = "-"


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add the command's arguments."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help=messages.text("usage.say-text"))
    parser.add_argument("--to", metavar="FILE", help=messages.text("usage.speak-to"))
    add_voice_options(parser, messages)


def run(options: argparse.Namespace, messages: Messages) -> int:
    """Read the text; exit code 5 when no voice could."""
    text = sys.stdin.read() if options.text == [STDIN] else " ".join(options.text)
    if not has_sound(spoken_text(text)):
        raise UsageError(messages.text("usage.nothing-to-say"))
    target = sound_file(options.to, messages)
    chain = wanted_chain(options, messages)
    done = read_into_file(chain, text, target, messages) if target else read_aloud(chain, text, messages)
    return ExitCode.OK if done else ExitCode.NO_VOICE
