"""A text as a sound file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from assistant.speech.chain import VoiceChain
from assistant.speech.sound_files import convert
from assistant.speech.spoken_text import spoken_text
from assistant.speech.voice import VoiceError, VoiceFault
from assistant.storage import SHARED, write_atomically

SUFFIXES = (".wav", ".mp3")
"""Kinds of sound files that can be written."""


def save_speech(chain: VoiceChain, text: str, target: Path) -> None:
    """Have a text read into a file, at once or not at all.

    Args:
        chain: the voices; the first that can does it.
        text: as it is shown; it is prepared for speech here.
        target: its suffix, one of ``SUFFIXES``, chooses the format. MP3 needs the package soundfile.

    Raises:
        VoiceError: NOT_WRITABLE for the target; else whatever the last voice said.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise VoiceError(f"cannot write {target}: choose .wav or .mp3", VoiceFault.NOT_WRITABLE)
    with tempfile.TemporaryDirectory(prefix="viclipcap-") as folder:
        sound = Path(folder) / "speech.wav"
        chain.save(spoken_text(text), sound)
        if target.suffix.lower() == ".mp3":
            convert(sound, target)
            return
        try:
            write_atomically(target, sound.read_bytes(), mode=SHARED)
        except OSError as exc:
            raise VoiceError(f"cannot write {target}: {exc.strerror}", VoiceFault.NOT_WRITABLE) from exc
