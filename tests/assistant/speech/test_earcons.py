"""The short sounds: the newest is heard, quickly, and the window never waits."""

from __future__ import annotations

import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.speech import earcons as module
from assistant.speech.earcons import SOUNDS, Earcon, Earcons
from assistant.speech.sound_link import SoundLink
from tests.assistant.speech.loudspeaker import loudspeaker
from tests.assistant.speech.sound_children import no_sound_server, write_tone
from tests.fakes import wait_until


class FakeLink:
    """A sound process whose sounds last until they are stopped."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._free = threading.Event()

    def order(self, do: str, **details: Any) -> dict[str, Any]:
        self._free.clear()
        self.log.append(f"{do} {Path(details['path']).stem} {details['volume']}")
        assert self._free.wait(5)
        return {}

    def stop(self) -> None:
        self._free.set()


def test_every_earcon_has_its_sound() -> None:
    assert {path.stem for path in SOUNDS.glob("*.wav")} == set(Earcon)


def test_a_new_sound_cuts_the_old_one(qapp: object) -> None:
    link = FakeLink()
    earcons = Earcons(40, link=link)  # type: ignore[arg-type]
    earcons.play(Earcon.START)
    wait_until(lambda: len(link.log) == 1)
    earcons.volume = 80
    earcons.play(Earcon.DONE)
    wait_until(lambda: len(link.log) == 2)
    assert link.log == ["chime start 40", "chime done 80"]
    link.stop()


def test_sounds_that_are_switched_off_start_nothing(qapp: object) -> None:
    link = SoundLink()
    threads = threading.active_count()
    Earcons(0, link=link).play(Earcon.DONE)
    assert link.process_id is None
    assert threading.active_count() == threads


def test_a_computer_without_a_device_stays_silent(
    qapp: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    no_sound_server(monkeypatch)
    caplog.set_level(logging.INFO, module.__name__)
    link = SoundLink()
    Earcons(link=link).play(Earcon.DONE)
    wait_until(lambda: "done is not heard: chime: no sound device" in caplog.text)
    link.close()


@pytest.mark.slow
def test_the_window_never_waits(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a sound server that takes connections and never answers, which hangs Qt's sound library."""
    link = SoundLink()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead"))
        dead.listen()
        monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/dead")
        earcons = Earcons(link=link)
        for earcon in Earcon:
            began = time.monotonic()
            earcons.play(earcon)
            assert time.monotonic() - began < 0.05
            time.sleep(0.3)
        link.close()


@pytest.mark.slow
def test_a_sound_begins_within_50_ms(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a process that runs already; the first sound starts it and takes about 0.3 s."""
    link = SoundLink()
    write_tone(tmp_path / "done.wav", 0.15)  # half of full scale
    monkeypatch.setattr(module, "SOUNDS", tmp_path)
    with loudspeaker(tmp_path, monkeypatch) as device:
        earcons = Earcons(link=link)
        delays = []
        for earcons.volume in (100, 50, 25, 100):
            moment = time.monotonic()
            earcons.play(Earcon.DONE)
            delays.append(device.begins_after(moment, 16384 * earcons.volume // 100))
            time.sleep(0.5)
        link.close()
    assert max(delays[1:]) < 0.05, delays
