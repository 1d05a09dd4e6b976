"""Screen readers through Prism: one at a time, braille too, and none is lost when it restarts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from assistant.speech.readers.prism_reader import PrismReader, PrismReaders
from assistant.speech.readers.windows import WINDOWS_KINDS
from tests.assistant.speech.readers import fake_prism
from tests.assistant.speech.readers.fake_prism import BackendId, Program

CAPTION = "Một con mèo nằm trên ghế."


@pytest.fixture(autouse=True)
def _prism(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "prism", fake_prism)
    yield
    fake_prism.INSTALLED.clear()
    fake_prism.CREATED.clear()


@pytest.fixture
def nvda() -> Program:
    return install(BackendId.NVDA)


@pytest.fixture
def readers() -> PrismReaders:
    return PrismReaders(WINDOWS_KINDS)


def install(backend: BackendId, **habits: bool) -> Program:
    program = fake_prism.INSTALLED[backend] = Program(**habits)
    return program


def running(readers: PrismReaders) -> PrismReader:
    reader = readers.find()
    assert reader
    return reader


def test_nobody_runs(readers: PrismReaders, nvda: Program) -> None:
    assert readers.find() is None


def test_speech_and_braille(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    reader = running(readers)
    assert (reader.name, reader.has_channel, reader.hears_announcements) == ("NVDA", True, True)
    assert reader.present(CAPTION, urgent=False)
    assert (nvda.said, nvda.brailled, nvda.interruptions) == ([CAPTION], [CAPTION], 0)


def test_an_urgent_text_interrupts(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    assert running(readers).present(CAPTION, urgent=True)
    assert nvda.interruptions == 1


def test_stop(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    reader = running(readers)
    reader.stop()
    assert nvda.interruptions == 1
    nvda.end()
    reader.stop()
    assert nvda.interruptions == 1


def test_a_reader_without_a_way_to_braille(readers: PrismReaders) -> None:
    zoomtext = install(BackendId.ZOOM_TEXT, braille_channel=False)
    zoomtext.start()
    reader = running(readers)
    assert reader.present(CAPTION, urgent=False)
    assert (reader.name, reader.hears_announcements) == ("ZoomText", False)
    assert (zoomtext.said, zoomtext.brailled) == ([CAPTION], [])


def test_a_broken_display_has_nothing_said_twice(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    nvda.broken_display = True
    assert running(readers).present(CAPTION, urgent=False)
    assert nvda.said == [CAPTION]


def test_it_ends(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    reader = running(readers)
    nvda.end()
    assert readers.find() is None
    assert not reader.present(CAPTION, urgent=True)
    assert nvda.said == []


def test_it_is_restarted(readers: PrismReaders, nvda: Program) -> None:
    """GIVEN a connection from before the restart, which fails, THEN the text is said once all the same."""
    nvda.start()
    reader = running(readers)
    nvda.end()
    nvda.start()
    assert reader.present(CAPTION, urgent=True)
    assert (nvda.said, nvda.brailled) == ([CAPTION], [CAPTION])
    assert running(readers).present("Hai.", urgent=False)
    assert nvda.said == [CAPTION, "Hai."]
    assert fake_prism.CREATED.count(BackendId.NVDA) == 2


def test_one_that_starts_later_and_comes_first(readers: PrismReaders, nvda: Program) -> None:
    jaws = install(BackendId.JAWS)
    jaws.start()
    assert running(readers).name == "JAWS"
    nvda.start()
    assert running(readers).name == "NVDA"
    nvda.end()
    assert running(readers).name == "JAWS"


def test_the_connection_is_kept(readers: PrismReaders, nvda: Program) -> None:
    nvda.start()
    for _ in range(5):
        assert running(readers).present(CAPTION, urgent=False)
    assert fake_prism.CREATED == [BackendId.NVDA]


def test_voices_of_the_system_are_never_asked(readers: PrismReaders) -> None:
    """GIVEN only what speaks and is no screen reader: one of them may take minutes to begin."""
    for backend in (BackendId.SAPI, BackendId.AV_SPEECH, BackendId.UIA):
        install(backend).start()
    assert readers.find() is None
    assert fake_prism.CREATED == []


def test_a_reader_that_prism_cannot_make(readers: PrismReaders, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a package that knows of a reader and makes nothing for it."""
    monkeypatch.setattr(fake_prism.Context, "exists", lambda self, backend_id: True)
    assert readers.find() is None


@pytest.mark.parametrize("kind", [ImportError, OSError])
def test_without_the_package(
    readers: PrismReaders, nvda: Program, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """It is looked for once, not with every sentence."""
    tried = []

    def fail(name: str) -> None:
        tried.append(name)
        raise kind("no such library")

    monkeypatch.setattr("importlib.import_module", fail)
    nvda.start()
    assert readers.find() is None
    assert readers.find() is None
    assert tried == ["prism"]
