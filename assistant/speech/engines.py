"""The voice engines of this system, in the order in which they are preferred."""

from __future__ import annotations

import sys

import platformdirs

from assistant.environment import APP_NAME
from assistant.speech.espeak import EspeakNg
from assistant.speech.google import GoogleVoice
from assistant.speech.mac_say import MacSay
from assistant.speech.piper import Piper
from assistant.speech.player import Player
from assistant.speech.qt_voices import QtVoices
from assistant.speech.sound_cache import SoundCache
from assistant.speech.sound_link import SoundLink
from assistant.speech.speech_dispatcher import SpeechDispatcher
from assistant.speech.voice import VoiceEngine

ONLINE_ENGINES = (GoogleVoice.name,)

ENGINE_NAMES = ("piper", "speech-dispatcher", "onecore", "sapi", "say", "espeak-ng", *ONLINE_ENGINES)
"""Of every system."""

ONLINE_CACHE_BYTES = 50_000_000
"""Some thousand spoken sentences."""


def own_engines() -> list[VoiceEngine]:
    """New ones, none of which has started anything yet.

    A natural voice that the person installed comes before those of the system, and espeak-ng, which sounds
    worst and works everywhere, last of those that need no network.
    """
    link = SoundLink()
    player = Player(link)
    folder = platformdirs.user_cache_path(APP_NAME, appauthor=False) / "voice"
    return [
        Piper(player),
        *_system_engines(link),
        EspeakNg(),
        GoogleVoice(SoundCache(folder, ONLINE_CACHE_BYTES), player),
    ]


def _system_engines(link: SoundLink) -> list[VoiceEngine]:
    if sys.platform == "win32":
        return [QtVoices("winrt", link), QtVoices("sapi", link)]
    return [MacSay()] if sys.platform == "darwin" else [SpeechDispatcher()]
