"""The sound process itself: what it answers, and that it never outlives its parent."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.speech.sound_process import serve
from tests.assistant.speech.sound_children import is_at_work, no_sound_server
from tests.fakes import wait_until

PARENT = """
import threading, time
from assistant.speech.sound_link import SoundLink
link = SoundLink()
link.order("voices", engine="mock")
print(link.process_id, flush=True)
threading.Thread(target=link.order, args=("{do}",), kwargs={details}).start()
time.sleep(60)
"""


class Talk:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def next(self) -> dict[str, Any]:
        assert self._connection.poll(10)
        message: dict[str, Any] = json.loads(self._connection.recv_bytes())
        return message

    def order(self, **order: Any) -> dict[str, Any]:
        self.send(**order)
        return self.next()

    def send(self, **order: Any) -> None:
        self._connection.send_bytes(json.dumps(order).encode())


@contextmanager
def talk() -> Iterator[tuple[Talk, Any]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, logging.WARNING))
    process.start()
    theirs.close()
    try:
        yield Talk(ours), process
    finally:
        ours.close()
        process.join(5)
        assert process.exitcode == 0, "it did not end with its parent's end of the pipe"


def test_every_order_is_answered_once_and_mistakes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    no_sound_server(monkeypatch)
    with talk() as (child, _):
        assert child.next() == {"ready": True}
        voices = child.order(id=1, do="voices", engine="mock")
        assert (voices["id"], voices["fault"]) == (1, None)
        assert {"name": "Kari", "language": "fi"} in voices["voices"]
        assert child.order(id=2, do="voices", engine="none")["fault"] == "missing"
        assert child.order(id=3, do="play", path="/none.wav", volume=50)["fault"] == "no-sound"
        assert child.order(id=4, do="chime", path="/none.wav", volume=50)["fault"] == "no-sound"
        assert child.order(id=5, do="say", engine="mock")["fault"] == "failed"  # no text and no voice
        say = {
            "do": "say",
            "engine": "mock",
            "language": "fi",
            "voice": "",
            "rate": 0,
            "pitch": 0,
            "volume": 1,
        }
        child.send(id=6, text="a " * 100, **say)
        child.send(do="stop")
        assert child.next() == {"id": 6, "fault": None, "detail": ""}
        child.send(do="stop")  # nothing to stop: no answer
        assert child.order(id=7, text="a", **say)["id"] == 7


@pytest.mark.slow
def test_it_beats_while_it_is_at_work() -> None:
    with talk() as (child, _):
        child.next()
        child.send(
            id=1,
            do="say",
            engine="mock",
            language="fi",
            voice="Anneli",
            text="a " * 15,
            rate=0,
            pitch=0,
            volume=1,
        )
        assert child.next() == {"beat": True}
        assert child.next() == {"id": 1, "fault": None, "detail": ""}


def run_parent(do: str, **details: str | int) -> tuple[subprocess.Popen[str], int]:
    code = PARENT.format(do=do, details=repr(details))
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.stdout.close()
    return parent, child


@pytest.mark.slow
def test_it_ends_when_the_parent_is_killed_though_it_speaks() -> None:
    parent, child = run_parent(
        "say", engine="mock", language="fi", voice="", text="a " * 300, rate=0, pitch=0, volume=100
    )
    assert is_at_work(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not is_at_work(child))


@pytest.mark.slow
def test_it_ends_when_the_parent_is_killed_though_it_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a sound server that takes connections and never answers, which hangs Qt."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead"))
        dead.listen()
        monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/dead")
        parent, child = run_parent("play", path="/none.wav", volume=50)
        dead.settimeout(10)
        caller, _ = dead.accept()  # Qt is at it
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        wait_until(lambda: not is_at_work(child))
        caller.close()


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        ("assistant.speech.earcons", ("Multimedia", "TextToSpeech")),
        ("assistant.speech.player, assistant.speech.qt_voices", ("PySide6",)),
    ],
)
def test_what_the_parent_does_not_load(modules: str, forbidden: tuple[str, ...]) -> None:
    code = f"import sys, {modules}\nprint([m for m in sys.modules if any(f in m for f in {forbidden})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_libraries_do_not_write_on_the_terminal(tmp_path: Path) -> None:
    """FFmpeg complains about this file; nothing of it is seen."""
    noise = tmp_path / "noise.mp3"
    noise.write_text("<html>")
    code = (
        "from assistant.speech.sound_link import SoundLink\n"
        "from assistant.speech.voice import VoiceError\n"
        "link = SoundLink()\n"
        f"try: link.order('play', path={str(noise)!r}, volume=5)\n"
        "except VoiceError as exc: print(exc.fault)\n"
        "link.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("no-sound", "bad-audio")
    assert done.stderr == ""
