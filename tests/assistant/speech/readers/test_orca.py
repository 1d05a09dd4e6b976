"""Orca's service: stand-ins for its versions on a real bus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.speech.readers.bus_link import BusLink
from assistant.speech.readers.orca import ORCA_SERVICES, Orca
from tests.assistant.session_bus import CONFIG, session_bus
from tests.assistant.speech.readers.orca_room import fake_orca

pytestmark = pytest.mark.slow

SINCE_51, BEFORE_51 = ORCA_SERVICES
SERVICES = {49: BEFORE_51, 50: BEFORE_51, 51: SINCE_51}
INTERRUPTIONS = {
    49: [("ExecuteCommand", ["InterruptSpeech", False])],
    50: [("ExecuteCommand", ["InterruptSpeech", False])],
    51: [("InterruptSpeech", [False])],
}
CAPTION = "Một con mèo nằm trên ghế."


@pytest.fixture(autouse=True)
def bus(tmp_path: Path) -> Iterator[Path]:
    with session_bus(tmp_path):
        yield tmp_path


@pytest.fixture
def link() -> Iterator[BusLink]:
    connection = BusLink()
    yield connection
    connection.close()


@pytest.mark.parametrize("version", SERVICES)
def test_a_message(version: int, link: BusLink) -> None:
    with fake_orca(version) as fake:
        orca = Orca(link, SERVICES[version])
        assert orca.name == f"Orca {version}.1"
        assert orca.has_channel
        assert orca.hears_announcements
        assert orca.present(CAPTION, urgent=False)
        assert ("PresentMessage", [CAPTION]) in fake.heard()


@pytest.mark.parametrize("version", SERVICES)
def test_an_urgent_message_interrupts_first(version: int, link: BusLink) -> None:
    with fake_orca(version) as fake:
        assert Orca(link, SERVICES[version]).present(CAPTION, urgent=True)
        heard = fake.heard()
    assert heard[-2:] == [*INTERRUPTIONS[version], ("PresentMessage", [CAPTION])]


@pytest.mark.parametrize("version", SERVICES)
def test_stop(version: int, link: BusLink) -> None:
    with fake_orca(version) as fake:
        Orca(link, SERVICES[version]).stop()
        assert fake.heard() == INTERRUPTIONS[version]


def test_a_message_that_is_not_urgent_interrupts_nothing(link: BusLink) -> None:
    with fake_orca(51) as fake:
        Orca(link, SINCE_51).present(CAPTION, urgent=False)
        assert [method for method, _ in fake.heard()] == ["GetVersion", "PresentMessage"]


def test_a_refusal(link: BusLink) -> None:
    with fake_orca(51, "refuses"):
        assert not Orca(link, SINCE_51).present(CAPTION, urgent=False)


@pytest.mark.parametrize("urgent", [False, True])
def test_an_orca_that_hangs_is_not_given_the_message(link: BusLink, urgent: bool) -> None:
    """So it cannot say it later, when somebody else has spoken."""
    with fake_orca(51, "deaf") as fake:
        start = time.monotonic()
        assert not Orca(link, SINCE_51).present(CAPTION, urgent=urgent)
        assert 0.4 < time.monotonic() - start < 2
        assert [method for method, _ in fake.heard()] == ["GetVersion"]


def test_an_orca_that_has_the_message_and_is_slow(link: BusLink) -> None:
    """It will say it, so nobody else may; and its late answer is not taken for another one."""
    with fake_orca(51, "dawdles") as fake:
        orca = Orca(link, SINCE_51)
        assert orca.present(CAPTION, urgent=False)
        time.sleep(0.6)
        orca.stop()
        assert orca.present(CAPTION, urgent=False)
        methods = [method for method, _ in fake.heard()]
    assert methods == ["GetVersion", "PresentMessage", "InterruptSpeech", "GetVersion", "PresentMessage"]


def test_an_orca_that_ends_with_the_message(link: BusLink) -> None:
    with fake_orca(51, "dies"):
        assert not Orca(link, SINCE_51).present(CAPTION, urgent=False)


def test_an_orca_that_is_not_there(link: BusLink) -> None:
    orca = Orca(link, SINCE_51)
    assert orca.name == "Orca"
    assert not orca.present(CAPTION, urgent=True)
    orca.stop()


def test_an_orca_that_was_restarted(link: BusLink) -> None:
    orca = Orca(link, SINCE_51)
    with fake_orca(51):
        assert orca.present(CAPTION, urgent=True)
    assert not orca.present(CAPTION, urgent=True)
    with fake_orca(51):
        assert orca.present(CAPTION, urgent=True)


def test_the_connection_is_kept(link: BusLink) -> None:
    orca = Orca(link, SINCE_51)
    with fake_orca(51):
        orca.present(CAPTION, urgent=False)
        before = open_sockets()
        for _ in range(5):
            orca.present(CAPTION, urgent=True)
        assert open_sockets() == before


def open_sockets() -> int:
    files = list(Path("/proc/self/fd").iterdir())
    # One of them was the folder itself, while it was read.
    return sum(str(file.readlink()).startswith("socket:") for file in files if file.is_symlink())


def test_a_bus_that_was_restarted(bus: Path, link: BusLink) -> None:
    """GIVEN a connection to a bus that is gone, THEN the next call finds the new one."""
    orca = Orca(link, SINCE_51)
    folder = bus / "second"
    folder.mkdir()
    with session_bus(folder) as daemon:
        with fake_orca(51):
            assert orca.present(CAPTION, urgent=False)
        daemon.kill()
        daemon.wait()
        assert not orca.present(CAPTION, urgent=False)
    with fake_orca(51):
        assert orca.present(CAPTION, urgent=False)


def test_a_lost_connection_is_replaced_at_once(bus: Path, link: BusLink) -> None:
    orca = Orca(link, SINCE_51)
    folder = bus / "second"
    folder.mkdir()
    with session_bus(folder) as daemon, fake_orca(51):
        assert orca.present(CAPTION, urgent=False)
        daemon.kill()
        daemon.wait()
    with fake_orca(51):
        assert orca.present(CAPTION, urgent=False)


def test_without_a_bus(link: BusLink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert not Orca(link, SINCE_51).present(CAPTION, urgent=False)


def test_nobody_is_started_for_a_message(bus: Path, link: BusLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a bus that could start Orca, THEN a message does not: nobody asked for a screen reader."""
    folder = bus / "third"
    folder.mkdir()
    started = folder / "started"
    service = f"[D-BUS Service]\nName={SINCE_51.bus_name}\nExec=/usr/bin/touch {started}\n"
    (folder / "orca.service").write_text(service)
    starting = CONFIG.replace("<listen>", f"<servicedir>{folder}</servicedir><listen>")
    monkeypatch.setattr("tests.assistant.session_bus.CONFIG", starting)
    with session_bus(folder):
        assert not Orca(link, SINCE_51).present(CAPTION, urgent=False)
        time.sleep(0.2)
    assert not started.exists()
