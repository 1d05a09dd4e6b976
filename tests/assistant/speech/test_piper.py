"""Piper: installed voices are checked, sentences are heard while the next are made."""

from __future__ import annotations

import json
import logging
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.speech.piper import Piper, voices_folder
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.fake_programs import (
    STOP_S,
    samples_of,
    seconds_of,
    stopped_after,
    write_program,
)

pytestmark = pytest.mark.slow

PIPER = '''
    """piper 1.8: one WAV file for all lines of standard input; 0.05 s per letter."""
    import argparse, json, logging, math, os, sys, time, wave
    from array import array
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("-f", "--output-file", "--output_file")
    parser.add_argument("--length-scale", "--length_scale", type=float)
    args, _ = parser.parse_known_args()
    with open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "calls"), "a") as calls:
        calls.write(json.dumps(sys.argv[1:]) + "\\n")
    if not os.path.exists(args.model):
        raise ValueError(f"Unable to find voice: {args.model}")
    with open(args.model + ".json", encoding="utf-8") as file:
        config = json.load(file)
    with open(args.model, "rb") as file:
        content = file.read()
    if content == b"damaged":
        raise RuntimeError("Load model failed: Protobuf parsing failed.")
    if content == b"slow":
        time.sleep(30)
    rate = config["audio"]["sample_rate"]
    with wave.open(args.output_file, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        for line in sys.stdin:
            if line.strip():
                frames = int(len(line.strip()) * 0.05 * args.length_scale * rate)
                sound.writeframes(array("h", [int(9000 * math.sin(i / 9)) for i in range(frames)]).tobytes())
    '''

CONFIG: dict[str, Any] = {
    "audio": {"sample_rate": 16000, "quality": "low"},
    "espeak": {"voice": "vi"},
    "language": {"code": "vi_VN"},
    "inference": {"noise_scale": 0.667, "length_scale": 1.2, "noise_w": 0.8},
}


class FakePlayer:
    """Plays in a tenth of the time, and writes down what and when.

    Attributes:
        played: (seconds of sound, volume, when it began) for each file.
    """

    def __init__(self) -> None:
        self.played: list[tuple[float, int, float]] = []
        self._stop = threading.Event()

    def play(self, path: Path, volume: int) -> None:
        self._stop.clear()
        self.played.append((seconds_of(path), volume, time.monotonic()))
        self._stop.wait(seconds_of(path) / 10)

    def stop(self) -> None:
        self._stop.set()


def install(folder: Path, name: str, config: object = CONFIG, model: bytes = b"good") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(model)
    if config is not None:
        text = config if isinstance(config, str) else json.dumps(config)
        (folder / f"{name}.onnx.json").write_text(text)
    return folder


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one voice; the program is on PATH."""
    write_program(tmp_path, "piper", PIPER)
    monkeypatch.setenv("PATH", str(tmp_path))
    return install(tmp_path / "voices", "vi_VN-vais1000-medium")


def calls(voices: Path) -> list[list[str]]:
    return [json.loads(line) for line in (voices.parent / "calls").read_text().splitlines()]


def test_voices_are_kept_with_the_persons_data() -> None:
    assert voices_folder().name == "voices"
    assert "viclipcap" in voices_folder().parts


def test_only_good_vietnamese_voices_are_offered(voices: Path, caplog: pytest.LogCaptureFixture) -> None:
    """GIVEN broken and foreign voices, THEN each is left out and reported once."""
    install(voices, "undescribed", None)
    install(voices, "damaged", "{")
    install(voices, "list", "[]")
    install(voices, "english", {**CONFIG, "language": {"code": "en_US"}})
    install(voices, "rateless", {**CONFIG, "audio": {}})
    install(voices, "zero", {**CONFIG, "audio": {"sample_rate": 0}})
    install(voices, "endless", {**CONFIG, "inference": {"length_scale": 0}})
    install(voices, "old", {"audio": {"sample_rate": 22050}, "espeak": {"voice": "vi"}})
    engine = Piper(FakePlayer(), voices)
    with caplog.at_level(logging.WARNING):
        assert list(engine.voices()) == [
            VoiceInfo("old", "old", "vi"),
            VoiceInfo("vi_VN-vais1000-medium", "vi_VN-vais1000-medium", "vi-VN"),
        ]
        engine.voices()
    for name in ("undescribed", "damaged", "list", "english", "rateless", "zero", "endless"):
        assert sum(name in record.getMessage() for record in caplog.records) == 1, name


def test_it_needs_the_program_and_a_voice(
    voices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Piper(FakePlayer(), voices).is_installed()
    assert not Piper(FakePlayer(), tmp_path / "empty").is_installed()
    monkeypatch.setenv("PATH", "")
    engine = Piper(FakePlayer(), voices)
    assert not engine.is_installed()
    with pytest.raises(VoiceError) as raised:
        engine.speak(Utterance("Chó."))
    assert raised.value.fault is VoiceFault.MISSING


def test_sentences_are_heard_one_by_one_in_their_order(voices: Path) -> None:
    player = FakePlayer()
    Piper(player, voices).speak(Utterance("Một con\nchó đen. Chó!\n\n...\n\n-m mèo trắng", volume=40))
    lengths = [round(seconds / 0.05 / 1.2) for seconds, _, _ in player.played]
    assert lengths == [len("Một con chó đen."), len("Chó!"), len("-m mèo trắng")]
    assert {volume for _, volume, _ in player.played} == {40}
    assert all("chó" not in word for call in calls(voices) for word in call)


def test_the_first_sentence_is_heard_before_the_last_is_made(voices: Path) -> None:
    player = FakePlayer()
    count = 8
    began = time.monotonic()
    Piper(player, voices).speak(Utterance("Chó. " * count))
    assert len(player.played) == count
    first, whole = player.played[0][2] - began, time.monotonic() - began
    assert first < whole / 3


@pytest.mark.parametrize(("rate", "factor"), [(0, 1.0), (100, 1 / 2.5), (-100, 2.0)])
def test_rate_stretches_the_voices_own_length(voices: Path, rate: int, factor: float) -> None:
    path = voices / "a.wav"
    Piper(FakePlayer(), voices).save(Utterance("Một con chó đen.", rate=rate), path)
    assert seconds_of(path) == pytest.approx(16 * 0.05 * 1.2 * factor, rel=0.02)


def test_a_file_holds_all_sentences_at_the_voices_rate(voices: Path) -> None:
    engine = Piper(FakePlayer(), voices)
    engine.save(Utterance("Một. Hai ba."), voices / "loud.wav")
    engine.save(Utterance("Một. Hai ba.", volume=50), voices / "soft.wav")
    loud, rate = samples_of(voices / "loud.wav")
    soft, _ = samples_of(voices / "soft.wav")
    assert rate == 16000
    assert len(loud) / rate == pytest.approx(11 * 0.05 * 1.2, rel=0.02)
    assert np.abs(soft).max() == pytest.approx(np.abs(loud).max() / 2, rel=0.01)


def test_stop_ends_the_sound_and_what_is_still_made(voices: Path) -> None:
    player = FakePlayer()
    engine = Piper(player, voices)
    text = Utterance("Một con chó đen chạy. " * 30)
    taken = stopped_after(lambda: engine.speak(text), engine.stop, lambda: len(player.played) == 2)
    assert taken < STOP_S
    made = len(calls(voices))
    time.sleep(0.2)
    assert len(player.played) == 2
    assert len(calls(voices)) == made


def test_stop_ends_a_program_that_takes_long(voices: Path) -> None:
    install(voices, "vi_VN-vais1000-medium", model=b"slow")
    player = FakePlayer()
    engine = Piper(player, voices)
    text = Utterance("Chó.")
    taken = stopped_after(lambda: engine.speak(text), engine.stop, (voices.parent / "calls").exists)
    assert taken < STOP_S
    assert player.played == []


@pytest.mark.parametrize(
    ("text", "voice", "model", "fault"),
    [
        ("Chó.", "", b"damaged", VoiceFault.FAILED),
        ("Chó.", "other", b"good", VoiceFault.UNKNOWN_VOICE),
        ("?!", "", b"good", VoiceFault.FAILED),
    ],
)
def test_failures_are_told(voices: Path, text: str, voice: str, model: bytes, fault: VoiceFault) -> None:
    install(voices, "vi_VN-vais1000-medium", model=model)
    engine = Piper(FakePlayer(), voices)
    with pytest.raises(VoiceError) as spoken:
        engine.speak(Utterance(text, voice))
    with pytest.raises(VoiceError) as written:
        engine.save(Utterance(text, voice), voices / "a.wav")
    assert (spoken.value.fault, written.value.fault) == (fault, fault)
    assert not (voices / "a.wav").exists()


def test_a_player_that_fails_ends_the_reading(voices: Path) -> None:
    """GIVEN no sound device, THEN its error is told and no sentence is made any more."""

    class Broken(FakePlayer):
        def play(self, path: Path, volume: int) -> None:
            raise VoiceError("no device", VoiceFault.NO_SOUND)

    with pytest.raises(VoiceError) as raised:
        Piper(Broken(), voices).speak(Utterance("Một con chó. " * 30))
    assert raised.value.fault is VoiceFault.NO_SOUND
    assert len(calls(voices)) < 10
