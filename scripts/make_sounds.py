"""Makes the short sounds in ``resources/sounds``: ``python scripts/make_sounds.py``.

Each is a few sine tones with soft edges, shorter than 150 ms, 44.1 kHz, 16 bit, mono.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"

# Name -> tones one after another: (frequency in Hz, length in ms). Rising means going well, falling not.
SOUNDS = {
    "start": [(660, 50)],
    "working": [(440, 35), (0, 25), (440, 35)],
    "done": [(660, 55), (880, 75)],
    "refused": [(520, 60), (520, 60)],
    "failed": [(440, 60), (294, 80)],
}
_EDGE_MS = 8
_LOUDNESS = 0.5


def tone(frequency: float, length_ms: float) -> NDArray[np.float64]:
    """One tone in [-1, 1] with rounded edges; frequency 0 is silence."""
    count = round(RATE * length_ms / 1000)
    edge = round(RATE * _EDGE_MS / 1000)
    shape = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / edge)
    return _LOUDNESS * shape * np.sin(2 * np.pi * frequency * np.arange(count) / RATE)


def main() -> None:
    """Write every sound."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, tones in SOUNDS.items():
        samples = np.concatenate([tone(*part) for part in tones])
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((samples * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
