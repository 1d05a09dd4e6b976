"""The voices of macOS, on a program that takes the same options and text as ``say``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.speech.mac_say import MacSay
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.fake_programs import STOP_S, seconds_of, stopped_after, write_program

pytestmark = pytest.mark.slow

SAY = '''
    """say: lists voices, speaks standard input (-f -) for as long as it has letters, or writes WAV files."""
    import getopt, json, os, sys, time, wave
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))
    try:
        found, rest = getopt.getopt(sys.argv[1:], "v:r:f:o:", ["file-format=", "data-format="])
    except getopt.GetoptError as error:
        sys.exit(f"say: {error}")
    options = dict(found)
    with open(os.path.join(folder, "voices.txt"), encoding="utf-8") as file:
        listing = file.read()
    if options.get("-v") == "?":
        print(listing, end="")
        sys.exit()
    if not any(line.startswith(options["-v"]) for line in listing.splitlines()):
        sys.exit(f"say: Voice {options['-v']!r} not found.")
    assert options["-f"] == "-" and not rest
    text = sys.stdin.read()
    with open(os.path.join(folder, "heard.json"), "w") as file:
        json.dump({"text": text, "options": options}, file)
    seconds = len(text) / 15 * 175 / int(options.get("-r", 175))
    if "-o" not in options:
        time.sleep(seconds)
    elif options["--file-format"] == "WAVE" and options["--data-format"] == "LEI16@22050":
        with wave.open(options["-o"], "wb") as sound:
            sound.setparams((1, 2, 22050, 0, "NONE", ""))
            sound.writeframes(b"\\1\\2" * int(22050 * seconds))
    '''

LISTING = """\
Alex                en_US    # Most people recognize me by my voice.
Linh (Enhanced)     vi_VN    # Xin chào! Tên tôi là Linh.
Linh                vi_VN    # Xin chào! Tên tôi là Linh.
Bad News            en_US    # The light you see at the end of the tunnel is a train.
Minh Anh            vi_VN    # Xin chào!
Tingting            zh_CN    # 您好,我叫Ting-Ting。
"""


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is the whole PATH, with the program in it."""
    write_program(tmp_path, "say", SAY)
    (tmp_path / "voices.txt").write_text(LISTING, encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def heard(say: Path) -> Any:
    return json.loads((say / "heard.json").read_text())


def test_vietnamese_voices_are_found_the_systems_own_first(say: Path) -> None:
    assert list(MacSay().voices()) == [
        VoiceInfo("Linh", "Linh", "vi-VN"),
        VoiceInfo("Linh (Enhanced)", "Linh (Enhanced)", "vi-VN"),
        VoiceInfo("Minh Anh", "Minh Anh", "vi-VN"),
    ]


def test_what_is_not_asked_for_is_left_to_the_system(say: Path) -> None:
    MacSay().speak(Utterance("-v Chó"))
    assert heard(say) == {"text": "-v Chó", "options": {"-v": "Linh", "-f": "-"}}


def test_every_choice_reaches_the_program(say: Path) -> None:
    MacSay().speak(Utterance("Chó [[slnc 9]]", voice="Minh Anh", rate=100, pitch=-50, volume=25))
    assert heard(say) == {
        "text": "[[volm 0.25]] [[pbas -6]] Chó [ [slnc 9]]",
        "options": {"-v": "Minh Anh", "-f": "-", "-r": "450"},
    }


def test_a_file_is_written_faster_speech_is_shorter(say: Path) -> None:
    text = "Một con chó đang chạy."
    MacSay().save(Utterance(text), say / "normal.wav")
    MacSay().save(Utterance(text, rate=100), say / "fast.wav")
    assert 0 < seconds_of(say / "fast.wav") < 0.5 * seconds_of(say / "normal.wav")


def test_stop_ends_the_program(say: Path) -> None:
    engine = MacSay()
    text = Utterance("Một con chó. " * 20)
    taken = stopped_after(lambda: engine.speak(text), engine.stop, (say / "heard.json").exists)
    assert taken < STOP_S


def test_a_mac_without_vietnamese_voices(say: Path) -> None:
    (say / "voices.txt").write_text(LISTING.splitlines()[0] + "\n", encoding="utf-8")
    assert list(MacSay().voices()) == []
    with pytest.raises(VoiceError) as raised:
        MacSay().speak(Utterance("Chó"))
    assert raised.value.fault is VoiceFault.MISSING


def test_a_voice_that_was_removed_meanwhile(say: Path) -> None:
    engine = MacSay()
    engine.voices()
    (say / "voices.txt").write_text("", encoding="utf-8")
    with pytest.raises(VoiceError) as raised:
        engine.speak(Utterance("Chó"))
    assert raised.value.fault is VoiceFault.FAILED
