"""The connection to the session bus: on a real bus, and on sockets that behave worse than a bus."""

from __future__ import annotations

import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from assistant import dbus
from assistant.dbus import BusError, BusTimeout, SessionBus, Stopped
from tests.assistant.session_bus import session_bus

INTERFACE = "vn.viclipcap.Test"
SOURCE = DBusAddress("/vn/viclipcap/test", interface=INTERFACE)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with session_bus(tmp_path) as process:
        yield process


@pytest.fixture
def bus(daemon: object) -> Iterator[SessionBus]:
    with SessionBus() as connection:
        yield connection


@pytest.fixture
def other(daemon: object) -> Iterator[DBusConnection]:
    """Another program on the bus."""
    with open_dbus_connection() as connection:
        yield connection


def call_to(other: DBusConnection, text: str = "") -> Message:
    address = DBusAddress("/", other.unique_name, INTERFACE)
    return new_method_call(address, "Echo", "s", (text,))


def next_call(other: DBusConnection) -> Message:
    while True:
        message = other.receive(timeout=20)
        if message.header.message_type is MessageType.method_call:
            return message


def next_own_signal(bus: SessionBus) -> Message:
    """Leaves out what the bus says about the connection itself."""
    while True:
        message = bus.next_signal(20)
        if message.header.fields[HeaderFields.interface] == INTERFACE:
            return message


def test_a_call(bus: SessionBus) -> None:
    assert bus.unique_name.startswith(":")
    assert bus.unique_name in bus.call(message_bus.ListNames())[0]


def test_the_address_may_be_left_to_the_systems_habit(
    daemon: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN no address but a run-time folder, as with systemd."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with SessionBus() as bus:
        assert bus.call(message_bus.GetId())


def test_an_error_has_its_name(bus: SessionBus) -> None:
    absent = DBusAddress("/", "vn.viclipcap.Absent", INTERFACE)
    with pytest.raises(BusError, match=r"^Do: org\.freedesktop\.DBus\.Error\.ServiceUnknown: ") as caught:
        bus.call(new_method_call(absent, "Do"))
    assert caught.value.name == "org.freedesktop.DBus.Error.ServiceUnknown"
    assert bus.call(message_bus.GetId())


def test_a_bad_rule_is_refused(bus: SessionBus) -> None:
    with pytest.raises(BusError) as caught:
        bus.subscribe(weather="fine")
    assert caught.value.name == "org.freedesktop.DBus.Error.MatchRuleInvalid"


def test_a_call_has_a_time_limit(bus: SessionBus, other: DBusConnection) -> None:
    """GIVEN a reply after the limit, THEN the next call is not answered with it."""
    start = time.monotonic()
    with pytest.raises(BusTimeout) as caught:
        bus.call(call_to(other, "slow"), time_limit_s=0.1)
    assert 0.1 <= time.monotonic() - start < 5
    assert caught.value.name is None
    other.send(new_method_return(next_call(other), "s", ("slow",)))

    def answer() -> None:
        other.send(new_method_return(next_call(other), "s", ("quick",)))

    thread = threading.Thread(target=answer)
    thread.start()
    assert bus.call(call_to(other, "quick"), time_limit_s=20) == ("quick",)
    thread.join()


def test_signals_have_a_time_limit(bus: SessionBus) -> None:
    assert bus.next_signal(20).header.fields[HeaderFields.member] == "NameAcquired"
    with pytest.raises(BusTimeout):
        bus.next_signal(0.05)


def test_signals_are_kept_in_order_while_a_call_waits(bus: SessionBus, other: DBusConnection) -> None:
    """GIVEN signals between a call and its reply, and a call to this program, which nobody takes."""
    bus.subscribe(interface=INTERFACE, member="Count")
    here = DBusAddress("/", bus.unique_name, INTERFACE)

    def work() -> None:
        call = next_call(other)
        for number in (1, 2):
            other.send(new_signal(SOURCE, "Count", "u", (number,)))
        other.send(new_method_call(here, "Ask"))
        other.send(new_method_return(call, "s", ("done",)))
        other.send(new_signal(SOURCE, "Ignored"))
        other.send(new_signal(SOURCE, "Count", "u", (3,)))

    thread = threading.Thread(target=work)
    thread.start()
    assert bus.call(call_to(other), time_limit_s=20) == ("done",)
    assert [next_own_signal(bus).body for _ in range(3)] == [(1,), (2,), (3,)]
    thread.join()


def test_variants_are_pairs(bus: SessionBus, other: DBusConnection) -> None:
    values = ({"số": ("u", 8), "tên": ("s", "Ảnh"), "ô": ("a(sv)", [("a", ("b", True))])},)

    def echo() -> None:
        call = next_call(other)
        other.send(new_method_return(call, "a{sv}", call.body))

    thread = threading.Thread(target=echo)
    thread.start()
    address = DBusAddress("/", other.unique_name, INTERFACE)
    assert bus.call(new_method_call(address, "Echo", "a{sv}", values), time_limit_s=20) == values
    thread.join()


def test_waiting_ends_when_the_owner_says_so(daemon: object, other: DBusConnection) -> None:
    owner, wake = socket.socketpair()
    with wake, SessionBus(wake) as bus:
        timer = threading.Timer(0.1, owner.close)
        timer.start()
        with pytest.raises(Stopped):
            bus.call(call_to(other))
        timer.join()
        with pytest.raises(Stopped):
            next_own_signal(bus)
        with pytest.raises(Stopped):
            SessionBus(wake)


def test_the_end_of_the_bus(bus: SessionBus, daemon: subprocess.Popen[str]) -> None:
    daemon.kill()
    with pytest.raises(BusError) as caught:
        next_own_signal(bus)
    assert caught.value.name is None
    with pytest.raises(BusError):
        bus.call(message_bus.GetId())


def test_what_is_too_large(bus: SessionBus) -> None:
    address = DBusAddress("/", "org.freedesktop.DBus", INTERFACE)
    with pytest.raises(BusError, match="64 MiB"):
        bus.call(new_method_call(address, "Swallow", "ay", (bytes(2**26 + 1),)))
    assert bus.call(message_bus.GetId())


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp:host=localhost,port=1", "unix:path=/nonexistent/bus"]
)
def test_no_bus(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with pytest.raises(BusError, match=r"^no session bus: "):
        SessionBus()


@contextmanager
def bad_bus(folder: Path, monkeypatch: pytest.MonkeyPatch, *replies: bytes) -> Iterator[None]:
    """A socket at the bus's address that says fixed things, each after it heard something, and then waits."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder / 'bus'}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "bus"))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionError):  # the other end may close in the middle
                while not connection.recv(1000).endswith(b"\r\n"):
                    pass
                for reply in replies:
                    connection.sendall(reply)
                    connection.recv(1000)
                while connection.recv(1000):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join(timeout=20)
        assert not thread.is_alive()  # so the socket was closed


def test_a_bus_that_refuses_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bad_bus(tmp_path, monkeypatch, b"REJECTED DBUS_COOKIE_SHA1\r\n"), pytest.raises(BusError) as caught:
        SessionBus()
    assert "REJECTED" in str(caught.value)


@pytest.mark.parametrize("replies", [[], [b"OK 1234\r\n"]], ids=["authentication", "greeting"])
def test_a_bus_that_hangs(replies: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbus, "_CONNECT_LIMIT_S", 0.1)
    with bad_bus(tmp_path, monkeypatch, *replies), pytest.raises(BusTimeout):
        SessionBus()


def test_a_message_of_a_later_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a signal with a header field of code 10, which does not exist yet."""
    fields = b"\x0a\x01u\0" + struct.pack("<I", 7)
    message = struct.pack("<cBBBIII", b"l", 4, 0, 1, 0, 1, len(fields)) + fields
    with bad_bus(tmp_path, monkeypatch, b"OK 1234\r\n", message), pytest.raises(BusError, match="unknown"):
        SessionBus()


def test_the_time_limit_holds_among_many_signals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a reply behind signals that take longer to read than the limit, though there always is one."""
    monkeypatch.setattr(dbus, "_CONNECT_LIMIT_S", 0.05)
    hello = message_bus.Hello()
    hello.header.serial = 1
    reply = new_method_return(hello, "s", (":1.1",)).serialise(2)
    signals = new_signal(SOURCE, "Chatter").serialise(1) * 20_000
    with bad_bus(tmp_path, monkeypatch, b"OK 1234\r\n", signals + reply), pytest.raises(BusTimeout):
        SessionBus()
