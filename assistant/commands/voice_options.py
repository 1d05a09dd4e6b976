"""Options of all commands that read aloud: which voice, and how."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.commands.outcome import UsageError
from assistant.environment import install_extra, install_program, package_version, settings_file
from assistant.messages import Messages
from assistant.settings import VOICE_RULES, SettingsStore, Whole
from assistant.speech.chain import VoiceChain
from assistant.speech.choice import Reading, reading_of
from assistant.speech.engines import ENGINE_NAMES, ONLINE_ENGINES, own_engines
from assistant.speech.saving import SUFFIXES, save_speech
from assistant.speech.spoken_text import spoken_text
from assistant.speech.voice import VoiceError, VoiceFault

_NUMBERS = {name: rule for name, rule in VOICE_RULES.items() if isinstance(rule, Whole)}


def add_voice_options(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add them; without them the settings of the app hold."""
    add = parser.add_argument
    names = ", ".join(ENGINE_NAMES)
    add("--engine", metavar="NAME", help=messages.text("usage.voice-engine", names=names))
    add("--voice", metavar="ID", help=messages.text("usage.voice-voice"))
    for name in _NUMBERS:
        add(f"--{name}", metavar="N", help=messages.text(f"usage.voice-{name}"))
    add("--online", action="store_true", help=messages.text("usage.voice-online"))


def wanted_chain(options: argparse.Namespace, messages: Messages) -> VoiceChain:
    """The voices as the options and the app's settings want them.

    Raises:
        UsageError: an option makes no sense, or an online voice was not allowed.
    """
    chain = VoiceChain(own_engines())
    chain.reading = _reading(options, messages)
    return chain


def read_aloud(chain: VoiceChain, text: str, messages: Messages) -> bool:
    """Read a text to its end; a failure is told on standard error.

    Returns:
        Whether it was read.
    """
    try:
        chain.speak(spoken_text(text))
    except VoiceError as exc:
        _tell(exc, messages)
        return False
    return True


def read_into_file(chain: VoiceChain, text: str, target: Path, messages: Messages) -> bool:
    """Write the sound of a text; a failure is told on standard error.

    Returns:
        Whether the file was written.
    """
    try:
        save_speech(chain, text, target)
    except VoiceError as exc:
        _tell(exc, messages)
        return False
    return True


def sound_file(text: str | None, messages: Messages) -> Path | None:
    """The file an option names.

    Raises:
        UsageError: its suffix is that of no sound file, or MP3 cannot be written on this computer.
    """
    if text is None:
        return None
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(messages.text("usage.not-a-sound-file", file=text))
    if path.suffix.lower() == ".mp3" and not package_version("soundfile"):
        raise UsageError(messages.text("usage.no-mp3", install=install_extra("app")))
    return path


def _reading(options: argparse.Namespace, messages: Messages) -> Reading:
    reading = reading_of(SettingsStore(settings_file()).load())
    reading = replace(reading, allow_online=reading.allow_online or options.online)
    if options.engine:
        reading = replace(reading, engine=_engine(options.engine, messages))
    if reading.engine in ONLINE_ENGINES and options.engine and not reading.allow_online:
        raise UsageError(messages.text("usage.online-not-allowed", name=reading.engine))
    numbers = {name: _number(options, name, messages) for name in _NUMBERS}
    changes: dict[str, Any] = {name: value for name, value in numbers.items() if value is not None}
    changed = {name: replace(reading.choice(name), **changes) for name in ENGINE_NAMES}
    if options.voice:
        if not options.engine:
            raise UsageError(messages.text("usage.voice-without-engine"))
        changed[reading.engine] = replace(changed[reading.engine], voice=options.voice)
    return replace(reading, choices=changed)


def _engine(name: str, messages: Messages) -> str:
    if name not in ENGINE_NAMES:
        raise UsageError(messages.text("usage.unknown-engine", name=name, names=", ".join(ENGINE_NAMES)))
    return name


def _number(options: argparse.Namespace, name: str, messages: Messages) -> int | None:
    text = getattr(options, name)
    if text is None:
        return None
    rule = _NUMBERS[name]
    if not (text.removeprefix("-").isdecimal() and rule.accepts(int(text))):
        limits = {"low": rule.low, "high": rule.high}
        raise UsageError(messages.text("usage.not-a-count", option=f"--{name}", value=text, **limits))
    return int(text)


def _tell(error: VoiceError, messages: Messages) -> None:
    if error.fault is VoiceFault.MISSING:
        install = install_program("espeak-ng", "eSpeak-NG.eSpeak-NG", "espeak-ng")
        print(messages.text("describe.no-voice", install=install), file=sys.stderr)
    else:
        print(messages.text(f"voice-error.{error.fault}"), file=sys.stderr)
