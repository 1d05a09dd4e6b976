"""espeak-ng really speaks Vietnamese: into files, and into sound devices that work, fail or are stopped."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.speech.espeak import EspeakNg
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.fake_programs import (
    STOP_S,
    samples_of,
    seconds_of,
    stopped_after,
    write_program,
)
from tests.assistant.speech.private_sound import Listener, use_private_sound

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs the program espeak-ng")

SENTENCE = "Một con chó đang chạy trên bãi cỏ xanh."
SYLLABLES = 9
LONG = " ".join([SENTENCE] * 5)


def saved(path: Path, text: str = SENTENCE, **how: object) -> Path:
    EspeakNg().save(Utterance(text, **how), path)  # type: ignore[arg-type]
    return path


def test_three_regions_the_north_first() -> None:
    assert list(EspeakNg().voices()) == [
        VoiceInfo("vi", "Miền Bắc", "vi"),
        VoiceInfo("vi-vn-x-central", "Miền Trung", "vi-vn-x-central"),
        VoiceInfo("vi-vn-x-south", "Miền Nam", "vi-vn-x-south"),
    ]


def test_a_sentence_is_heard_and_lasts_a_plausible_time(tmp_path: Path) -> None:
    samples, rate = samples_of(saved(tmp_path / "a.wav"))
    assert rate == 22050
    assert np.abs(samples).max() > 5000
    assert 0.1 < len(samples) / rate / SYLLABLES < 0.5  # seconds per syllable
    loud = np.abs(samples.astype(int)).reshape(-1)[: len(samples) // 100 * 100].reshape(100, -1).max(axis=1)
    assert np.mean(loud > 1000) > 0.6, "most of it is sound"


def test_more_syllables_last_longer_and_faster_ones_shorter(tmp_path: Path) -> None:
    normal = seconds_of(saved(tmp_path / "normal.wav"))
    assert seconds_of(saved(tmp_path / "long.wav", LONG)) > 4 * normal
    fastest = seconds_of(saved(tmp_path / "fast.wav", rate=100))
    faster = seconds_of(saved(tmp_path / "faster.wav", rate=50))
    slowest = seconds_of(saved(tmp_path / "slow.wav", rate=-100))
    assert fastest < faster < normal < slowest
    assert fastest < 0.6 * normal
    assert slowest > 1.5 * normal


def test_the_voices_differ_and_so_do_pitches(tmp_path: Path) -> None:
    sounds = [saved(tmp_path / f"{voice.id}.wav", voice=voice.id) for voice in EspeakNg().voices()]
    sounds += [saved(tmp_path / f"{pitch}.wav", pitch=pitch) for pitch in (-100, 100)]
    assert len({sound.read_bytes() for sound in sounds}) == 5


def test_volume_is_part_of_the_loudest(tmp_path: Path) -> None:
    def loudness(volume: int) -> float:
        samples, _ = samples_of(saved(tmp_path / f"{volume}.wav", volume=volume))
        return float(np.sqrt(np.mean(samples.astype(float) ** 2)))

    assert loudness(0) == 0
    assert 0.3 < loudness(50) / loudness(100) < 0.7
    assert np.abs(samples_of(tmp_path / "100.wav")[0]).max() < 32767, "the loudest does not clip"


@pytest.mark.parametrize(
    "text",
    [
        "-v en --help", "--stdin", "-w /tmp/x.wav chó",
        "<speak>chó</speak> & mèo", "con\x00chó đen", "😀 chó 🐕", "a\r\nb", "\udce9 chó",
        '"; rm -rf $HOME `ls`',
    ],
)  # fmt: skip
def test_odd_texts_are_read(tmp_path: Path, text: str) -> None:
    """GIVEN what looks like an option, markup or a command, THEN it is text."""
    samples, rate = samples_of(saved(tmp_path / "odd.wav", text))
    assert np.abs(samples).max() > 5000
    assert len(samples) / rate > 0.2


def test_text_after_a_null_character_is_not_lost(tmp_path: Path) -> None:
    assert seconds_of(saved(tmp_path / "b.wav", f"chó\x00{LONG}")) > seconds_of(
        saved(tmp_path / "a.wav", LONG)
    )


def test_a_text_cannot_give_phonemes(tmp_path: Path) -> None:
    """GIVEN ``[[...]]``, which espeak-ng takes for its own phonemes, THEN it is read as the same letters."""
    plain = saved(tmp_path / "a.wav", "con [ [zzzz]] chó").read_bytes()
    assert saved(tmp_path / "b.wav", "con [[zzzz]] chó").read_bytes() == plain


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as raised:
        saved(tmp_path / "absent" / "a.wav")
    assert raised.value.fault is VoiceFault.NOT_WRITABLE


def test_voices_of_other_languages_are_unknown(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as raised:
        saved(tmp_path / "a.wav", voice="en")
    assert raised.value.fault is VoiceFault.UNKNOWN_VOICE


def test_a_sound_device_gets_the_whole_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Listener(tmp_path, hurry=True) as listener:
        use_private_sound(monkeypatch, tmp_path, listener.device)
        EspeakNg().speak(Utterance(SENTENCE))
    played = np.frombuffer(listener.heard, "<i2")
    expected, _ = samples_of(saved(tmp_path / "a.wav"))
    # A device that is late gets parts of the sound again; ALSA's file device always is.
    assert len(played) >= 0.98 * len(expected)
    half = len(expected) // 2
    assert np.array_equal(played[:half], expected[:half])


def test_no_sound_device_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN no device, where espeak-ng ends with exit code 0, THEN nobody believes it."""
    use_private_sound(monkeypatch, tmp_path, "type hw card 31")
    with pytest.raises(VoiceError) as raised:
        EspeakNg().speak(Utterance(SENTENCE))
    assert raised.value.fault is VoiceFault.NO_SOUND


def test_stop_ends_the_real_program_within_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN espeak-ng in the middle of a text, WHEN it is stopped, THEN it is silent, and can read again."""
    engine = EspeakNg()
    with Listener(tmp_path) as listener:
        use_private_sound(monkeypatch, tmp_path, listener.device)
        text = Utterance(LONG)
        taken = stopped_after(lambda: engine.speak(text), engine.stop, lambda: len(listener.heard) > 20_000)
        assert taken < STOP_S
        time.sleep(0.1)  # what was already in the pipe
        assert listener.silent_for(0.3)
    use_private_sound(monkeypatch, tmp_path, "type null")
    engine.speak(Utterance("Chó"))


def test_failures_of_the_program_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = EspeakNg()
    assert not engine.is_installed()
    with pytest.raises(VoiceError) as missing:
        engine.speak(Utterance("Chó"))
    assert missing.value.fault is VoiceFault.MISSING

    write_program(
        tmp_path,
        "espeak-ng",
        """
        import sys
        if sys.argv[1] == "--voices=vi":
            print("Pty Language Age/Gender VoiceName File Other\\n 5 vi --/M Vietnamese_(Northern) aav/vi")
        else:
            sys.exit(1)
        """,
    )
    assert engine.is_installed()
    with pytest.raises(VoiceError) as failed:
        engine.speak(Utterance("Chó"))
    assert failed.value.fault is VoiceFault.FAILED
    with pytest.raises(VoiceError) as unwritten:
        engine.save(Utterance("Chó"), tmp_path / "a.wav")
    assert unwritten.value.fault is VoiceFault.FAILED


def test_stopping_a_silent_voice_does_nothing() -> None:
    EspeakNg().stop()
