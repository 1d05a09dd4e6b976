"""Programs are watched: their time is limited, and they end at once when they shall."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.speech.programs import (
    Ended,
    Watch,
    between,
    choose_voice,
    plain_text,
    time_limit_s,
)
from assistant.speech.voice import VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.fake_programs import STOP_S, is_running, stopped_after, write_program

LIMIT_S = 10.0


@pytest.mark.parametrize(
    ("percent", "value"),
    [(-100, 80), (-50, 127.5), (0, 175), (50, 312.5), (100, 450), (101, 450), (-1000, 80)],
)
def test_percent_becomes_a_value_of_the_engines_range(percent: int, value: float) -> None:
    assert between(percent, 80, 175, 450) == value


def test_the_time_limit_grows_with_the_text_and_shrinks_with_the_speed() -> None:
    assert time_limit_s("a" * 100, 1) > time_limit_s("a" * 10, 1) > 1
    assert time_limit_s("a" * 100, 2) < time_limit_s("a" * 100, 1) < time_limit_s("a" * 100, 0.5)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[[p@]] chó", "[ [p@]] chó"),
        ("[[[x]]]", "[ [ [x]]]"),
        ("một\x00con\x1bchó\r\nđen", "một con chó \nđen"),
        ("Một [con] chó.", "Một [con] chó."),
    ],
)
def test_nothing_in_a_text_is_a_command(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_the_first_voice_is_the_default_and_others_are_found_by_id() -> None:
    north, south = VoiceInfo("n", "Bắc"), VoiceInfo("s", "Nam")
    assert choose_voice([north, south], "", "x") is north
    assert choose_voice([north, south], "s", "x") is south
    with pytest.raises(VoiceError) as unknown:
        choose_voice([north, south], "other", "x")
    assert unknown.value.fault is VoiceFault.UNKNOWN_VOICE
    with pytest.raises(VoiceError) as none:
        choose_voice([], "", "x")
    assert none.value.fault is VoiceFault.MISSING


def test_text_goes_in_and_everything_comes_back(tmp_path: Path) -> None:
    """GIVEN a program that tells its arguments, THEN the text is not among them, yet it got it."""
    program = write_program(
        tmp_path,
        "tell",
        """
        import sys
        print(sys.argv[1:], sys.stdin.buffer.read().decode("utf-8"))
        sys.stderr.write("hỏng")
        sys.exit(3)
        """,
    )
    done = Watch().run([str(program), "-x"], "-v Chó đen 😀", limit_s=LIMIT_S)
    assert (done.code, done.output, done.errors) == (3, "['-x'] -v Chó đen 😀\n", "hỏng")


def test_a_program_need_not_read_its_text(tmp_path: Path) -> None:
    program = write_program(tmp_path, "deaf", "")
    assert Watch().run([str(program)], "x" * 1_000_000, limit_s=LIMIT_S).code == 0


def test_a_missing_program_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as raised:
        Watch().run([str(tmp_path / "absent")], limit_s=LIMIT_S)
    assert raised.value.fault is VoiceFault.MISSING


FAMILY = """
    import subprocess, sys, time
    child = subprocess.Popen(["sleep", "30"])
    with open(sys.argv[1] + ".new", "w") as file:
        file.write(str(child.pid))
    import os
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    time.sleep(30)
    """


def died(process_id: int) -> bool:
    deadline = time.monotonic() + 2
    while is_running(process_id) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(process_id)


def test_a_stuck_program_is_killed_with_its_children(tmp_path: Path) -> None:
    program, note = write_program(tmp_path, "stuck", FAMILY), tmp_path / "child"
    began = time.monotonic()
    with pytest.raises(VoiceError) as raised:
        Watch().run([str(program), str(note)], limit_s=0.7)
    assert raised.value.fault is VoiceFault.TIMED_OUT
    assert time.monotonic() - began < 5
    assert died(int(note.read_text()))


def test_the_end_comes_at_once_from_another_thread(tmp_path: Path) -> None:
    program, note, watch = write_program(tmp_path, "speaks", FAMILY), tmp_path / "child", Watch()

    def work() -> None:
        with pytest.raises(Ended):
            watch.run([str(program), str(note)], limit_s=LIMIT_S)

    assert stopped_after(work, watch.end, note.exists) < STOP_S
    assert died(int(note.read_text()))


def test_nothing_starts_after_the_end(tmp_path: Path) -> None:
    program = write_program(tmp_path, "late", f"open({str(tmp_path / 'started')!r}, 'w')")
    watch = Watch()
    watch.end()
    with pytest.raises(Ended):
        watch.run([str(program)], limit_s=LIMIT_S)
    assert not (tmp_path / "started").exists()
