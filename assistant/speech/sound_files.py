"""Sound files of voices: WAV and MP3, checked, converted, joined."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.speech.mp3_frames import is_whole_mp3
from assistant.speech.voice import VoiceError, VoiceFault
from assistant.storage import SHARED, write_atomically

Samples = NDArray[np.int16]
"""Sound of one channel, shape (N,)."""

_FORMATS = {".wav": ("WAV", "PCM_16"), ".mp3": ("MP3", "MPEG_LAYER_III")}
"""Suffix -> what libsndfile calls its format and its kind of samples."""

_UNKNOWN_LENGTH = 0x7FFF0000
"""From here on the length in a WAV file's header is no length: it was written into a pipe."""


class SoundPlayer(Protocol):
    """Makes a sound file heard."""

    def play(self, path: Path, volume: int) -> None:
        """Play a WAV or MP3 file to its end, or until ``stop``.

        Args:
            path: the file.
            volume: 0 to 100 percent.

        Raises:
            VoiceError: nothing, or not all of it, was heard.
        """

    def stop(self) -> None:
        """Be silent within 50 ms; from any thread. ``play`` then returns without an error."""


def decode(data: bytes) -> tuple[Samples, int]:
    """The sound of a WAV or MP3 file.

    Args:
        data: the whole file.

    Returns:
        samples, several channels mixed into one; samples per second.

    Raises:
        VoiceError: ``BAD_AUDIO``; the file is cut, broken, of another kind, empty, or holds silence only.
    """
    import soundfile

    if not (_is_whole_wav(data) or is_whole_mp3(data)):
        raise VoiceError(f"{len(data)} bytes are no whole WAV or MP3 file", VoiceFault.BAD_AUDIO)
    try:
        channels, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except soundfile.SoundFileError as exc:
        raise VoiceError(f"a sound file cannot be decoded: {exc}", VoiceFault.BAD_AUDIO) from exc
    samples: Samples = channels.mean(axis=1).astype(np.int16)
    if not samples.any():
        raise VoiceError("a sound file has nothing to be heard", VoiceFault.BAD_AUDIO)
    return samples, int(rate)


def encode_mp3(samples: Samples, rate: int) -> bytes:
    """Sound as an MP3 file.

    Raises:
        VoiceError: ``NOT_WRITABLE``; MP3 has no such sample rate.
    """
    return _encode(samples, rate, ".mp3")


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write sound as a WAV file (16-bit PCM), at once or not at all.

    Raises:
        VoiceError: ``NOT_WRITABLE``.
    """
    _store(path, _encode(samples, rate, ".wav"))


def write_mp3(path: Path, samples: Samples, rate: int) -> None:
    """Write sound as an MP3 file, at once or not at all.

    Args:
        path: the file.
        samples: shape (N,).
        rate: samples per second; one of those that MP3 has, from 8000 to 48000.

    Raises:
        VoiceError: ``NOT_WRITABLE``.
    """
    _store(path, encode_mp3(samples, rate))


def convert(source: Path, target: Path) -> None:
    """Write a WAV or MP3 file anew, in the format that the target's suffix names.

    Raises:
        VoiceError: ``NOT_WRITABLE`` for the target, ``BAD_AUDIO`` or ``FAILED`` for the source.
    """
    join([source], target)


def join(sources: Sequence[Path], target: Path) -> None:
    """Write several WAV or MP3 files one after the other into one.

    The first file's sample rate holds for all: a text that two voices read has two rates.

    Args:
        sources: at least one file.
        target: its suffix, ``.wav`` or ``.mp3``, chooses the format.

    Raises:
        VoiceError: as for ``convert``.
    """
    suffix = target.suffix.lower()
    if suffix not in _FORMATS:
        raise VoiceError(
            f"cannot write {target}: its suffix is neither .wav nor .mp3; choose one of them",
            VoiceFault.NOT_WRITABLE,
        )
    sounds = [decode(_read(source)) for source in sources]
    rate = sounds[0][1]
    samples = np.concatenate([_resampled(part, own_rate, rate) for part, own_rate in sounds])
    _store(target, _encode(samples, rate, suffix))


def _resampled(samples: Samples, rate: int, new_rate: int) -> Samples:
    if rate == new_rate:
        return samples
    times = np.arange(round(len(samples) * new_rate / rate)) * (rate / new_rate)
    resampled: Samples = np.interp(times, np.arange(len(samples)), samples).astype(np.int16)
    return resampled


def _is_whole_wav(data: bytes) -> bool:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return False
    length = int.from_bytes(data[4:8], "little")
    return length >= _UNKNOWN_LENGTH or length + 8 <= len(data)


def _encode(samples: Samples, rate: int, suffix: str) -> bytes:
    import soundfile

    kind, subtype = _FORMATS[suffix]
    file = io.BytesIO()
    try:
        soundfile.write(file, samples, rate, format=kind, subtype=subtype)
    except soundfile.SoundFileError as exc:
        raise VoiceError(f"cannot make {kind} of {rate} Hz: {exc}", VoiceFault.NOT_WRITABLE) from exc
    return file.getvalue()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise VoiceError(f"cannot read {path}: {exc}", VoiceFault.FAILED) from exc


def _store(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data, mode=SHARED)
    except OSError as exc:
        raise VoiceError(f"cannot write {path}: {exc}", VoiceFault.NOT_WRITABLE) from exc
