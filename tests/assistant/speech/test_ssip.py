"""The client of speech-dispatcher's protocol, against a server that behaves and misbehaves."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.speech import ssip
from assistant.speech.ssip import Bell, Event, EventKind, Refused, Rung, SsipClient, socket_path
from tests.assistant.speech.fake_programs import STOP_S, stopped_after
from tests.assistant.speech.fake_ssip import FakeSsip


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a socket may be: names of sockets hold some 100 characters only."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "socket"


@pytest.fixture
def bell() -> Iterator[Bell]:
    with closing(Bell()) as bell:
        yield bell


def test_the_socket_is_where_the_daemon_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPEECHD_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/an")
    tail = Path("speech-dispatcher/speechd.sock")
    assert socket_path() == "/home/an/.cache" / tail
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert socket_path() == "/run/user/1" / tail
    monkeypatch.setenv("SPEECHD_ADDRESS", "unix_socket")
    assert socket_path() == "/run/user/1" / tail
    monkeypatch.setenv("SPEECHD_ADDRESS", "unix_socket:/tmp/x:y")
    assert socket_path() == Path("/tmp/x:y")
    monkeypatch.setenv("SPEECHD_ADDRESS", "inet_socket:localhost:6560")
    with pytest.raises(OSError, match="inet_socket"):
        socket_path()


def test_parameters_and_lists(place: Path, bell: Bell) -> None:
    with FakeSsip(place) as server, SsipClient(place, bell, "an:app:voice") as client:
        client.set("RATE", -20)
        client.notify(EventKind.CANCEL)
        assert client.output_modules() == ["espeak-ng", "natural"]
        client.set("OUTPUT_MODULE", "natural")
        assert client.output_module() == "natural"
        assert client.synthesis_voices() == [("Mai", "vi_VN"), ("Violet", "vic")]
    assert server.commands[:3] == [
        "SET SELF CLIENT_NAME an:app:voice", "SET SELF RATE -20", "SET SELF NOTIFICATION CANCEL ON",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "travelled"),
    [
        ("Chó đen", "Chó đen"),
        (".", ".."),
        ("một\n.\n..hai\r\n.", "một\n..\n...hai \n.."),
        ("con\x00chó", "con chó"),
    ],
)
def test_a_text_cannot_end_itself(place: Path, bell: Bell, text: str, travelled: str) -> None:
    with FakeSsip(place) as server, SsipClient(place, bell, "a:b:c") as client:
        assert client.speak(text) == "1"
        assert client.next_event(1) == Event(EventKind.BEGIN, "1")
        assert client.next_event(1) == Event(EventKind.END, "1")
        client.cancel()
    assert server.texts == [travelled]


def test_events_between_an_order_and_its_answer_are_kept(place: Path, bell: Bell) -> None:
    with FakeSsip(place), SsipClient(place, bell, "a:b:c") as client:
        client.speak("một")
        client.set("RATE", 1)
        client.speak("hai")
        assert [client.next_event(1).message for _ in range(4)] == ["1", "1", "2", "2"]


def test_a_refusal_is_an_error_and_the_next_order_is_not(place: Path, bell: Bell) -> None:
    refuses = {"SET SELF RATE": "409 ERR RATE TOO HIGH"}
    with FakeSsip(place, refuses=refuses), SsipClient(place, bell, "a:b:c") as client:
        with pytest.raises(Refused, match="409 ERR RATE TOO HIGH"):
            client.set("RATE", 500)
        client.set("PITCH", 0)


def test_a_server_that_never_answers(place: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssip, "ANSWER_S", 0.2)
    began = time.monotonic()
    with FakeSsip(place, mute=""), pytest.raises(TimeoutError):
        SsipClient(place, bell, "a:b:c")
    assert 0.2 <= time.monotonic() - began < 2


def test_a_server_that_dies(place: Path, bell: Bell) -> None:
    with (
        FakeSsip(place, dies="SPEAK"),
        SsipClient(place, bell, "a:b:c") as client,
        pytest.raises(ConnectionError),
    ):
        client.speak("Chó")


def test_something_else_listens(place: Path, bell: Bell) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(place))
        listener.listen()

        def chat() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=chat)
        thread.start()
        with pytest.raises(ConnectionError):
            SsipClient(place, bell, "a:b:c")
        thread.join()


def test_the_bell_ends_the_waiting(place: Path, bell: Bell) -> None:
    with FakeSsip(place, events=()), SsipClient(place, bell, "a:b:c") as client:
        client.speak("Chó")
        began = threading.Event()

        def work() -> None:
            began.set()
            with pytest.raises(Rung):
                client.next_event(10)

        assert stopped_after(work, bell.ring, began.is_set) < STOP_S
        client.cancel()


def test_after_the_bell_nothing_is_said(place: Path, bell: Bell) -> None:
    with FakeSsip(place) as server, SsipClient(place, bell, "a:b:c") as client:
        bell.ring()
        with pytest.raises(Rung):
            client.speak("Chó")
    assert server.texts == []


def test_a_bell_can_be_rung_for_ever() -> None:
    with closing(Bell()) as bell:
        for _ in range(100_000):
            bell.ring()
    bell.ring()


def test_waiting_for_an_event_ends(place: Path, bell: Bell) -> None:
    with (
        FakeSsip(place, events=()),
        SsipClient(place, bell, "a:b:c") as client,
        pytest.raises(TimeoutError),
    ):
        client.next_event(0.1)
