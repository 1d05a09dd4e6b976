"""Sound files: what is whole is read as it is, what is not is refused."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.speech.mp3_frames import is_whole_mp3
from assistant.speech.sound_files import Samples, convert, decode, encode_mp3, join, write_mp3, write_wav
from assistant.speech.voice import VoiceError, VoiceFault

RATE = 24000


def tone(seconds: float = 0.5, rate: int = RATE, hertz: int = 220, loudness: int = 9000) -> Samples:
    times = np.arange(int(rate * seconds)) / rate
    return (loudness * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


def wav(samples: Samples, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def pitch_hz(samples: Samples, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(np.argmax(spectrum) * rate / len(samples))


def fault_of(data: bytes) -> VoiceFault:
    with pytest.raises(VoiceError) as caught:
        decode(data)
    return caught.value.fault


def test_wav_comes_back_exactly() -> None:
    samples, rate = decode(wav(tone()))
    assert rate == RATE
    assert samples.dtype == np.int16
    np.testing.assert_array_equal(samples, tone())


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_mp3_sounds_the_same(rate: int) -> None:
    samples, found = decode(encode_mp3(tone(rate=rate), rate))
    assert found == rate
    assert len(samples) == rate // 2
    assert pitch_hz(samples, rate) == pytest.approx(220, abs=4)
    assert np.abs(samples).max() == pytest.approx(9000, rel=0.1)


def test_a_loud_mp3_does_not_fold_over() -> None:
    """An MP3 may be louder than what its samples can hold; their signs must not turn."""
    loud = np.where(tone() >= 0, 32767, -32768).astype(np.int16)
    samples, _ = decode(encode_mp3(loud, RATE))
    inside = slice(1000, -1000)
    steady = np.abs(tone()[inside]) > 3000
    assert (np.sign(samples[inside])[steady] == np.sign(loud[inside])[steady]).all()


def test_two_channels_become_one() -> None:
    samples, _ = decode(wav(np.stack([tone(), np.zeros_like(tone())], axis=1)))
    np.testing.assert_allclose(samples, tone() / 2, atol=1)


MP3 = encode_mp3(tone(), RATE)
WAV = wav(tone())


@pytest.mark.parametrize("cut", [1, 10, 100, 1000, len(MP3) - 20], ids=lambda cut: f"-{cut}")
def test_a_cut_mp3_is_refused(cut: int) -> None:
    """The decoder alone reads most of these up to the cut."""
    assert fault_of(MP3[:-cut]) is VoiceFault.BAD_AUDIO


@pytest.mark.parametrize("cut", [1, 1000, len(WAV) - 44, len(WAV) - 20], ids=lambda cut: f"-{cut}")
def test_a_cut_wav_is_refused(cut: int) -> None:
    assert fault_of(WAV[:-cut]) is VoiceFault.BAD_AUDIO


def test_a_wav_from_a_pipe_is_accepted() -> None:
    """Programs that write into a pipe cannot know the length; espeak-ng writes these numbers."""
    data = (
        WAV[:4]
        + (0x7FFFF024).to_bytes(4, "little")
        + WAV[8:40]
        + (0x7FFFF000).to_bytes(4, "little")
        + WAV[44:]
    )
    samples, _ = decode(data)
    np.testing.assert_array_equal(samples, tone())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(5000), id="zeros"),
        pytest.param(np.random.default_rng(1).bytes(5000), id="noise"),
        pytest.param(b"<html>429</html>" * 100, id="a page"),
        pytest.param(b"RIFF", id="four letters"),
        pytest.param(b"ID3", id="the beginning of a tag"),
        pytest.param(b"junk" * 50 + MP3, id="junk before"),
        pytest.param(MP3 + b"x" * 50, id="junk after"),
        pytest.param(MP3[:1000] + bytes(500) + MP3[1500:], id="a hole"),
        pytest.param(wav(np.zeros(0, np.int16)), id="no samples"),
        pytest.param(wav(np.zeros(5000, np.int16)), id="silence"),
        pytest.param(encode_mp3(np.zeros(5000, np.int16), RATE), id="silence as MP3"),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    assert fault_of(data) is VoiceFault.BAD_AUDIO


def test_damaged_bytes_never_raise_anything_else() -> None:
    random = np.random.default_rng(2)
    faults = set()
    for data in (MP3, WAV):
        for _ in range(100):
            damaged = bytearray(data)
            for position in random.integers(0, len(data), 5):
                damaged[position] = int(random.integers(256))
            try:
                decode(bytes(damaged))
            except VoiceError as exc:
                faults.add(exc.fault)
    assert faults == {VoiceFault.BAD_AUDIO}


def test_tags_around_an_mp3_are_passed_over() -> None:
    before = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
    assert is_whole_mp3(before + MP3 + b"TAG" + bytes(125))
    assert not is_whole_mp3(before)
    assert not is_whole_mp3(b"TAG" + bytes(125))


def test_files_are_written(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(), RATE)
    write_mp3(tmp_path / "a.mp3", tone(), RATE)
    about = soundfile.info(tmp_path / "a.wav")
    assert (about.format, about.subtype, about.channels, about.frames) == ("WAV", "PCM_16", 1, RATE // 2)
    assert soundfile.info(tmp_path / "a.mp3").format == "MP3"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "a.wav"]


@pytest.mark.parametrize("name", ["b.wav", "b.mp3", "b.MP3", "bài đọc.Wav"])
@pytest.mark.parametrize("source", ["a.wav", "a.mp3"])
def test_the_suffix_chooses_the_format(source: str, name: str, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(), RATE)
    write_mp3(tmp_path / "a.mp3", tone(), RATE)
    convert(tmp_path / source, tmp_path / name)
    assert soundfile.info(tmp_path / name).format == name[-3:].upper()
    samples, rate = decode((tmp_path / name).read_bytes())
    assert (len(samples), rate) == (RATE // 2, RATE)


@pytest.mark.parametrize("name", ["b.ogg", "b", "b.wav.txt"])
def test_another_suffix_is_refused(name: str, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(), RATE)
    with pytest.raises(VoiceError, match=r"neither \.wav nor \.mp3") as caught:
        convert(tmp_path / "a.wav", tmp_path / name)
    assert caught.value.fault is VoiceFault.NOT_WRITABLE
    assert not (tmp_path / name).exists()


def test_several_are_joined_in_order(tmp_path: Path) -> None:
    """Two voices, two sample rates: neither changes its pitch."""
    write_wav(tmp_path / "a.wav", tone(hertz=220), RATE)
    write_wav(tmp_path / "b.wav", tone(rate=22050, hertz=440), 22050)
    join([tmp_path / "a.wav", tmp_path / "b.wav"], tmp_path / "both.wav")
    samples, rate = decode((tmp_path / "both.wav").read_bytes())
    assert (len(samples), rate) == (RATE, RATE)
    assert pitch_hz(samples[: RATE // 2], rate) == pytest.approx(220, abs=4)
    assert pitch_hz(samples[RATE // 2 :], rate) == pytest.approx(440, abs=4)


def test_a_broken_part_leaves_the_target_alone(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(), RATE)
    (tmp_path / "b.wav").write_bytes(WAV[:-1])
    (tmp_path / "both.wav").write_bytes(b"what was there")
    with pytest.raises(VoiceError) as caught:
        join([tmp_path / "a.wav", tmp_path / "b.wav"], tmp_path / "both.wav")
    assert caught.value.fault is VoiceFault.BAD_AUDIO
    assert (tmp_path / "both.wav").read_bytes() == b"what was there"


def test_a_missing_source(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as caught:
        convert(tmp_path / "a.wav", tmp_path / "b.wav")
    assert caught.value.fault is VoiceFault.FAILED


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as caught:
        write_wav(tmp_path / "none" / "a.wav", tone(), RATE)
    assert caught.value.fault is VoiceFault.NOT_WRITABLE


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"what was there")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VoiceError) as caught:
        write_wav(path, tone(), RATE)
    assert caught.value.fault is VoiceFault.NOT_WRITABLE
    assert path.read_bytes() == b"what was there"
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


def test_a_sample_rate_that_mp3_does_not_have() -> None:
    with pytest.raises(VoiceError) as caught:
        encode_mp3(tone(), 12345)
    assert caught.value.fault is VoiceFault.NOT_WRITABLE
