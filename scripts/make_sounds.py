"""Makes the short sounds in ``resources/sounds``: ``python -m scripts.make_sounds [FOLDER]``.

Each is a few soft tones, shorter than 150 ms, 44.1 kHz, 16 bit, mono. They are told apart by how the pitch
moves, which small loudspeakers keep better than timbre.
"""

from __future__ import annotations

import sys
import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "sounds"

_EDGE_MS = 8
_LOUDNESS = 0.5
_OVERTONE = 0.2
"""Loudness of the octave in a tone; it makes the sine warmer."""


class Tone(NamedTuple):
    """A tone that glides from one pitch to another.

    Attributes:
        first: frequency at its beginning in Hz.
        last: at its end.
        length_ms: how long it lasts.
        loudness: 0 (a pause) to 1.
    """

    first: float
    last: float
    length_ms: float
    loudness: float = 1.0


_PAUSE = Tone(0, 0, 30, 0)

SOUNDS = {
    "start": [Tone(523, 784, 90)],  # rises: C5 to G5
    "working": [Tone(440, 440, 30, 0.5), _PAUSE, Tone(440, 440, 30, 0.5)],  # two soft ticks
    "done": [Tone(784, 784, 50), Tone(1047, 1047, 85)],  # high: G5, C6
    "refused": [Tone(330, 330, 120)],  # low and level: E4
    "failed": [Tone(440, 440, 50), Tone(415, 277, 90)],  # falls
}


def samples(tone: Tone) -> NDArray[np.float64]:
    """The tone in [-1, 1] with rounded edges."""
    count = round(RATE * tone.length_ms / 1000)
    edge = round(RATE * _EDGE_MS / 1000)
    shape = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / edge)
    phase = 2 * np.pi * np.cumsum(np.linspace(tone.first, tone.last, count)) / RATE
    wave_form = (np.sin(phase) + _OVERTONE * np.sin(2 * phase)) / (1 + _OVERTONE)
    sound: NDArray[np.float64] = _LOUDNESS * tone.loudness * shape * wave_form
    return sound


def write_sounds(folder: Path) -> None:
    """Write every sound as ``<name>.wav``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, tones in SOUNDS.items():
        sound = np.concatenate([samples(tone) for tone in tones])
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.rint(32767 * sound).astype("<i2").tobytes())


if __name__ == "__main__":
    write_sounds(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
