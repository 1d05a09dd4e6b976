"""The committed sounds are those that the script makes, short, unclipped, and told apart by their pitch."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.speech.earcons import SOUNDS, Earcon
from scripts.make_sounds import write_sounds


def read(earcon: Earcon) -> NDArray[np.int16]:
    with wave.open(str(SOUNDS / f"{earcon}.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def pitch(samples: NDArray[np.int16]) -> float:
    """Loudest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 44_100))
    return float(spectrum.argmax())


def contour(earcon: Earcon) -> tuple[float, float]:
    """Pitch in the first and in the last third."""
    samples = read(earcon)
    third = len(samples) // 3
    return pitch(samples[:third]), pitch(samples[-third:])


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    write_sounds(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in SOUNDS.iterdir()}


@pytest.mark.parametrize("earcon", list(Earcon))
def test_every_sound_is_short_audible_and_not_clipped(earcon: Earcon) -> None:
    samples = read(earcon).astype(int)
    assert len(samples) / 44_100 < 0.15
    assert 3000 < np.abs(samples).max() < 30_000
    assert abs(samples[0]) < 300, "it clicks"
    assert abs(samples[-1]) < 300, "it clicks"


def test_the_pitch_tells_them_apart() -> None:
    start, done, refused, failed = map(contour, (Earcon.START, Earcon.DONE, Earcon.REFUSED, Earcon.FAILED))
    assert start[1] > 1.2 * start[0]
    assert failed[1] < 0.9 * failed[0]
    assert refused[0] == pytest.approx(refused[1], rel=0.02)
    assert min(done) > max(start) > refused[0]
    assert np.abs(read(Earcon.WORKING).astype(int)).max() < 0.7 * np.abs(read(Earcon.DONE).astype(int)).max()
