"""Reading aloud from the command line, with the real espeak-ng where a sound file is the proof."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.cli import main
from assistant.commands import voice_options, voices
from assistant.commands.outcome import ExitCode
from assistant.environment import settings_file
from assistant.messages import Messages
from assistant.settings import Settings, SettingsStore
from assistant.speech.sound_files import decode
from assistant.speech.voice import VoiceFault
from tests.assistant.speech.fakes import FakeVoice

MESSAGES = Messages("vi")
SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "coffee.jpg"

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="needs espeak-ng")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of nobody."""
    for kind in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> FakeVoice:
    """The only voice of this computer besides an online one."""
    fake = FakeVoice("espeak-ng")
    engines = [fake, FakeVoice("gtts", online=True)]
    for module in (voice_options, voices):
        monkeypatch.setattr(module, "own_engines", lambda: engines)
    return fake


def seconds(path: Path) -> float:
    samples, rate = decode(path.read_bytes())
    assert np.abs(samples).max() > 1000
    return len(samples) / rate


@needs_espeak
@pytest.mark.parametrize("suffix", ["wav", "mp3"])
def test_say_writes_a_sound_file(tmp_path: Path, suffix: str) -> None:
    short, long = tmp_path / f"ngắn.{suffix}", tmp_path / f"dài.{suffix}"
    assert main(["say", "--engine", "espeak-ng", "--to", str(short), "Xin chào"]) == 0
    assert main(["say", "--engine", "espeak-ng", "--to", str(long), "Xin chào các bạn ở Việt Nam"]) == 0
    assert 0.3 < seconds(short) < 2
    assert seconds(long) > 1.5 * seconds(short)


@needs_espeak
def test_rate_is_heard(tmp_path: Path) -> None:
    fast, slow = tmp_path / "nhanh.wav", tmp_path / "chậm.wav"
    assert main(["say", "--engine", "espeak-ng", "--rate", "80", "--to", str(fast), "Xin chào các bạn"]) == 0
    assert main(["say", "--engine", "espeak-ng", "--rate", "-80", "--to", str(slow), "Xin chào các bạn"]) == 0
    assert seconds(slow) > 1.5 * seconds(fast)


@needs_espeak
def test_describe_writes_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "một.wav", tmp_path / "hai.wav"
    voice = ["--engine", "espeak-ng"]
    assert main(["describe", *voice, "--speak-to", str(one), str(SAMPLE)]) == 0
    assert main(["describe", *voice, "--speak-to", str(two), str(SAMPLE), str(SAMPLE)]) == 0
    assert seconds(two) > 1.6 * seconds(one) > 1.6
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_say_reads_aloud_what_is_prepared_for_speech(voice: FakeVoice) -> None:
    assert main(["say", "cao", "25", "m"]) == 0
    assert voice.said == ["cao hai mươi lăm mét"]


def test_say_without_a_sound_device(voice: FakeVoice, capsys: pytest.CaptureFixture[str]) -> None:
    voice.fault = VoiceFault.NO_SOUND
    assert main(["say", "xin chào"]) == ExitCode.NO_VOICE
    assert capsys.readouterr().err.strip() == MESSAGES.text("voice-error.no-sound")


def test_say_without_any_voice(voice: FakeVoice, capsys: pytest.CaptureFixture[str]) -> None:
    voice.installed = False
    assert main(["say", "xin chào"]) == ExitCode.NO_VOICE
    assert "espeak-ng" in capsys.readouterr().err


def test_describe_goes_on_in_writing_when_the_voice_fails(
    voice: FakeVoice, capsys: pytest.CaptureFixture[str]
) -> None:
    voice.fault = VoiceFault.FAILED
    assert main(["describe", "--speak", str(SAMPLE), str(SAMPLE)]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.strip() == MESSAGES.text("voice-error.failed")
    assert len(voice.begun) == 1


@pytest.mark.parametrize(
    ("arguments", "key", "values"),
    [
        (["say"], "usage.nothing-to-say", {}),
        (["say", "  "], "usage.nothing-to-say", {}),
        (["say", "--", "---"], "usage.nothing-to-say", {}),
        (["say", "--to", "a.ogg", "b"], "usage.not-a-sound-file", {"file": "a.ogg"}),
        (["say", "--engine", "gtts", "a"], "usage.online-not-allowed", {"name": "gtts"}),
        (["say", "--voice", "vi", "a"], "usage.voice-without-engine", {}),
        (
            ["say", "--volume", "101", "a"],
            "usage.not-a-count",
            {"option": "--volume", "low": 0, "high": 100, "value": "101"},
        ),
        (
            ["say", "--rate", "nhanh", "a"],
            "usage.not-a-count",
            {"option": "--rate", "low": -100, "high": 100, "value": "nhanh"},
        ),
    ],
)
def test_bad_input_gets_one_sentence(
    voice: FakeVoice,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    key: str,
    values: dict[str, object],
) -> None:
    assert main(arguments) == ExitCode.USAGE
    assert MESSAGES.text(key, **values) in capsys.readouterr().err
    assert voice.begun == []


def test_a_file_that_cannot_be_written(
    voice: FakeVoice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["say", "--to", str(tmp_path / "không có" / "a.wav"), "xin chào"]) == ExitCode.NO_VOICE
    assert capsys.readouterr().err.strip() == MESSAGES.text("voice-error.not-writable")


def test_the_settings_of_the_app_hold(voice: FakeVoice) -> None:
    SettingsStore(settings_file()).save(Settings(voices={"espeak-ng": {"rate": 30, "pitch": -5}}))
    assert main(["say", "--pitch", "7", "xin chào"]) == 0
    assert (voice.begun[0].rate, voice.begun[0].pitch) == (30, 7)


def test_voices_lists_what_there_is_and_what_is_off(
    voice: FakeVoice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["voices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "espeak-ng"
    assert "Giọng của espeak-ng" in lines[1]
    assert MESSAGES.text("voice-list.online-off") in lines[2]


def test_voices_in_json(voice: FakeVoice, capsys: pytest.CaptureFixture[str]) -> None:
    voice.installed = False
    assert main(["voices", "--json"]) == ExitCode.NO_VOICE
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["engine"], first["installed"], first["voices"]) == ("espeak-ng", False, [])
    assert (second["engine"], second["online"]) == ("gtts", True)
