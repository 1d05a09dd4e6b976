"""``viclipcap voices``: the Vietnamese voices of this computer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from assistant.commands.outcome import ExitCode
from assistant.environment import settings_file
from assistant.messages import Messages
from assistant.settings import SettingsStore
from assistant.speech.engines import own_engines
from assistant.speech.voice import VoiceEngine, VoiceError, VoiceInfo


def configure(parser: argparse.ArgumentParser, messages: Messages) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help=messages.text("usage.voices-json"))


def run(options: argparse.Namespace, messages: Messages) -> int:
    """List every engine with its voices; exit code 5 when none can speak without a network."""
    engines = own_engines()
    found = [(engine, _voices(engine)) for engine in engines]
    online = SettingsStore(settings_file()).load().online_voice
    for engine, voices in found:
        if options.json:
            _print_json(engine, voices)
        else:
            _print_lines(engine, voices, messages, online=online)
    usable = any(voices and not isinstance(voices, VoiceError) for e, voices in found if not e.online)
    return ExitCode.OK if usable else ExitCode.NO_VOICE


def _voices(engine: VoiceEngine) -> Sequence[VoiceInfo] | VoiceError | None:
    """``None`` where the engine is not installed."""
    if not engine.is_installed():
        return None
    try:
        return engine.voices()
    except VoiceError as exc:
        return exc


def _print_lines(
    engine: VoiceEngine,
    voices: Sequence[VoiceInfo] | VoiceError | None,
    messages: Messages,
    *,
    online: bool,
) -> None:
    note = ""
    if voices is None:
        note = messages.text("voice-list.not-installed")
    elif isinstance(voices, VoiceError):
        note = messages.text(f"voice-error.{voices.fault}")
    elif engine.online:
        note = messages.text("voice-list.online-on" if online else "voice-list.online-off")
    elif not voices:
        note = messages.text("voice-list.no-vietnamese")
    print(messages.text("voice-list.engine", name=engine.name, note=note) if note else engine.name)
    for voice in voices if isinstance(voices, Sequence) else ():
        print(messages.text("voice-list.line", id=voice.id, name=voice.name))


def _print_json(engine: VoiceEngine, voices: Sequence[VoiceInfo] | VoiceError | None) -> None:
    listed = voices if isinstance(voices, Sequence) else ()
    print(
        json.dumps(
            {
                "engine": engine.name,
                "online": engine.online,
                "installed": voices is not None,
                "problem": str(voices.fault) if isinstance(voices, VoiceError) else None,
                "voices": [{"id": v.id, "name": v.name, "language": v.language} for v in listed],
            },
            ensure_ascii=False,
        )
    )
