"""speech-dispatcher as a voice: on a server that behaves and misbehaves, and on the real daemon."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.speech import speech_dispatcher, ssip
from assistant.speech.speech_dispatcher import SpeechDispatcher
from assistant.speech.ssip import Bell, EventKind, SsipClient
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo
from tests.assistant.speech.fake_programs import STOP_S, stopped_after, write_program
from tests.assistant.speech.fake_ssip import VOICES, FakeSsip
from tests.assistant.speech.private_daemon import PrivateDaemon
from tests.assistant.speech.private_sound import Listener

pytestmark = pytest.mark.slow

SENTENCE = "Một con chó đang chạy trên bãi cỏ xanh."
SHORT = "Chó <b> & mèo"
LONG = " ".join([SENTENCE] * 4)


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short path, since a socket will be in it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the fake server listens; there is no program to start a real one."""
    monkeypatch.setenv("SPEECHD_ADDRESS", f"unix_socket:{folder / 'socket'}")
    monkeypatch.setenv("PATH", str(folder))
    return folder / "socket"


def fault_of(utterance: Utterance) -> VoiceFault:
    with pytest.raises(VoiceError) as raised:
        SpeechDispatcher().speak(utterance)
    return raised.value.fault


def test_vietnamese_voices_those_of_the_desktops_module_first(place: Path) -> None:
    with FakeSsip(place):
        assert list(SpeechDispatcher().voices()) == [
            VoiceInfo("espeak-ng/Vietnamese (Northern)", "Miền Bắc (espeak-ng)", "vi"),
            VoiceInfo("espeak-ng/Vietnamese (Southern)", "Miền Nam (espeak-ng)", "vi-vn-x-south"),
            VoiceInfo("natural/Mai", "Mai (natural)", "vi-vn"),
        ]


def test_an_utterance_becomes_orders(place: Path) -> None:
    with FakeSsip(place) as server:
        engine = SpeechDispatcher()
        engine.speak(Utterance("Chó", "natural/Mai", rate=-30, pitch=40, volume=25))
        first = len(server.commands)
        engine.speak(Utterance("Mèo"))
    assert server.texts == ["Chó", "Mèo"]
    for order in (
        "OUTPUT_MODULE natural", "SYNTHESIS_VOICE Mai", "LANGUAGE vi-vn", "RATE -30", "PITCH 40",
        "VOLUME -50", "PRIORITY MESSAGE",
    ):  # fmt: skip
        assert f"SET SELF {order}" in server.commands[:first]
    assert "SET SELF SYNTHESIS_VOICE Vietnamese (Northern)" in server.commands[first:]
    assert "SET SELF VOLUME 100" in server.commands[first:]
    assert not any(command.startswith("LIST") for command in server.commands[first:]), "asked once"


def test_without_a_vietnamese_voice_nothing_is_said(place: Path) -> None:
    with FakeSsip(place, voices={"espeak-ng": VOICES["espeak-ng"][:1]}) as server:
        assert list(SpeechDispatcher().voices()) == []
        assert fault_of(Utterance("Chó")) is VoiceFault.MISSING
    assert server.texts == []


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        ({"mute": ""}, VoiceFault.TIMED_OUT),
        ({"mute": "SPEAK"}, VoiceFault.TIMED_OUT),
        ({"dies": "LIST SYNTHESIS_VOICES"}, VoiceFault.FAILED),
        ({"dies": "SPEAK"}, VoiceFault.FAILED),
        ({"refuses": {"SPEAK": "300 ERR INTERNAL"}}, VoiceFault.FAILED),
        ({"events": ()}, VoiceFault.TIMED_OUT),
        ({"events": ("701 BEGIN",)}, VoiceFault.TIMED_OUT),
    ],
)
def test_misbehaviour_is_told_in_time(
    place: Path, monkeypatch: pytest.MonkeyPatch, behaviour: dict[str, object], fault: VoiceFault
) -> None:
    monkeypatch.setattr(ssip, "ANSWER_S", 0.2)
    monkeypatch.setattr(speech_dispatcher, "_BEGIN_S", 0.2)
    monkeypatch.setattr(speech_dispatcher, "time_limit_s", lambda text, speed: 0.2)
    with FakeSsip(place, **behaviour) as server:  # type: ignore[arg-type]
        began = time.monotonic()
        assert fault_of(Utterance("Chó")) is fault
        assert time.monotonic() - began < 2
    if "events" in behaviour:
        assert server.commands[-1] == "CANCEL SELF", "it may not speak later"


def test_sound_that_was_thrown_away_is_noticed(place: Path) -> None:
    """GIVEN a long text whose end comes at once, THEN nobody heard it; a short one is given the benefit."""
    with FakeSsip(place):
        assert fault_of(Utterance(LONG)) is VoiceFault.NO_SOUND
        SpeechDispatcher().speak(Utterance("Chó"))


def test_silence_that_the_person_asked_another_program_for_is_no_error(place: Path) -> None:
    with FakeSsip(place, events=("701 BEGIN", "703 CANCELED")):
        SpeechDispatcher().speak(Utterance(LONG))


def test_unknown_voices_are_told_and_files_refused(place: Path, tmp_path: Path) -> None:
    with FakeSsip(place):
        assert fault_of(Utterance("Chó", "espeak-ng/Afrikaans")) is VoiceFault.UNKNOWN_VOICE
    with pytest.raises(VoiceError, match="choose another voice") as raised:
        SpeechDispatcher().save(Utterance("Chó"), tmp_path / "a.wav")
    assert raised.value.fault is VoiceFault.FAILED


def test_stop_is_no_error_even_when_the_daemon_hangs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssip, "ANSWER_S", 0.3)
    with FakeSsip(place, events=("701 BEGIN",), mute="CANCEL") as server:
        engine = SpeechDispatcher()
        stopped_after(lambda: engine.speak(Utterance(LONG)), engine.stop, lambda: bool(server.texts))
    assert server.commands[-1] == "CANCEL SELF"
    engine.stop()


def test_a_daemon_that_is_missing_or_does_not_start(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not SpeechDispatcher().is_installed()
    assert fault_of(Utterance("Chó")) is VoiceFault.MISSING
    write_program(place.parent, "speech-dispatcher", "import sys; sys.exit(sys.argv[1:] != ['--spawn'])")
    monkeypatch.setattr(speech_dispatcher, "ANSWER_S", 0.1)
    assert SpeechDispatcher().is_installed()
    assert fault_of(Utterance("Chó")) is VoiceFault.FAILED
    write_program(place.parent, "speech-dispatcher", "import time; time.sleep(30)")
    monkeypatch.setattr(speech_dispatcher, "_SPAWN_S", 0.2)
    assert fault_of(Utterance("Chó")) is VoiceFault.TIMED_OUT


# The real daemon.

needs_daemon = pytest.mark.skipif(
    shutil.which("speech-dispatcher") is None
    or not Path("/usr/lib/speech-dispatcher-modules/sd_espeak-ng").exists(),
    reason="needs speech-dispatcher, speech-dispatcher-espeak-ng and speech-dispatcher-audio-plugins",
)


@pytest.fixture
def daemon(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateDaemon]:
    daemon = PrivateDaemon(folder, monkeypatch)
    yield daemon
    daemon.end()


@pytest.fixture
def listener(daemon: PrivateDaemon) -> Iterator[Listener]:
    with Listener(daemon.folder) as listener:
        daemon.use_sound(listener.device)
        yield listener


@pytest.mark.slow
@needs_daemon
def test_the_real_daemon_is_started_and_reads_the_text(daemon: PrivateDaemon, listener: Listener) -> None:
    began = time.monotonic()
    SpeechDispatcher().speak(Utterance(SENTENCE))
    seconds = time.monotonic() - began
    assert f"<speak>{SENTENCE}</speak>" in daemon.log()
    sound = np.frombuffer(listener.heard[: len(listener.heard) // 2 * 2], "<i2")
    assert np.abs(sound).max() > 5000
    assert 1.5 < len(sound) / 22050 < 4
    assert seconds > 1.5, "it came back when the sound had been heard"


def spectra(sound: NDArray[np.int16]) -> NDArray[np.float64]:
    """Logarithmic spectra of the pieces of a sound, one after the other, shape (N,)."""
    pieces = sound[: len(sound) // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
    return np.log1p(np.abs(np.fft.rfft(pieces))).ravel()


def likeness(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Correlation of the spectra of two sounds: 1 for the same."""
    parts = spectra(one), spectra(other)
    length = min(map(len, parts))
    return float(np.corrcoef(parts[0][:length], parts[1][:length])[0, 1])


@pytest.mark.slow
@needs_daemon
def test_the_real_daemons_voices_differ(daemon: PrivateDaemon, listener: Listener) -> None:
    engine = SpeechDispatcher()
    names = [voice.name for voice in engine.voices()]
    assert names == ["Miền Bắc (espeak-ng)", "Miền Trung (espeak-ng)", "Miền Nam (espeak-ng)"]
    listener.hurry = True

    def sound_of(voice: VoiceInfo) -> NDArray[np.int16]:
        listener.heard = b""
        engine.speak(Utterance(SHORT, voice.id))
        while not listener.silent_for(0.2):  # the pipe is emptied after the daemon's word
            pass
        return np.frombuffer(listener.heard, "<i2")

    once, again = ([sound_of(voice) for voice in engine.voices()] for _ in range(2))
    same = [likeness(*pair) for pair in zip(once, again, strict=True)]
    assert max(likeness(*pair) for pair in combinations(once, 2)) < min(same), (
        "they differ by more than noise"
    )
    assert "<speak>Chó &lt;b&gt; &amp; mèo</speak>" in daemon.log()


@needs_daemon
def test_stop_silences_the_real_daemon_but_nobody_else(daemon: PrivateDaemon, listener: Listener) -> None:
    """GIVEN our text being read and another program's waiting, WHEN we stop, THEN only ours ends."""
    engine = SpeechDispatcher()
    engine.voices()
    with closing(Bell()) as bell, SsipClient(daemon.socket, bell, "an:other:main") as other:
        other.set("PRIORITY", "MESSAGE")
        for kind in EventKind:
            other.notify(kind)

        def both_are_queued() -> bool:
            if len(listener.heard) < 20_000:
                return False
            other.speak("Chó")
            return True

        ended = stopped_after(lambda: engine.speak(Utterance(LONG)), engine.stop, both_are_queued)
        stopped_at = time.time() - ended
        assert ended < STOP_S
        assert daemon.logged_at("Stopping audio") - stopped_at < STOP_S
        listener.hurry = True
        assert [other.next_event(5).kind for _ in range(2)] == [EventKind.BEGIN, EventKind.END]


@needs_daemon
def test_another_programs_silence_ends_the_real_daemon(daemon: PrivateDaemon, listener: Listener) -> None:
    engine = SpeechDispatcher()
    engine.voices()

    def silence() -> None:
        listener.hurry = True  # ALSA's file device hands over all it still has before it stops
        subprocess.run(["spd-say", "--cancel"], check=True, timeout=5)

    text = Utterance(LONG)
    taken = stopped_after(
        lambda: engine.speak(text), silence, lambda: len(listener.heard) > 20_000, stop_limit_s=5
    )
    assert taken < 2


@needs_daemon
def test_a_real_daemon_that_throws_sound_away(daemon: PrivateDaemon) -> None:
    daemon.use_sound("type null")
    assert fault_of(Utterance(LONG)) is VoiceFault.NO_SOUND


@needs_daemon
def test_a_real_daemon_without_a_sound_device(daemon: PrivateDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN no device, where the daemon tells of a beginning and never of an end, THEN we do not wait on."""
    monkeypatch.setattr(speech_dispatcher, "time_limit_s", lambda text, speed: 0.5)
    daemon.use_sound("type hw card 31")
    assert fault_of(Utterance(LONG)) is VoiceFault.TIMED_OUT
