"""Garbage with Qt objects in it is destroyed in the window's thread, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from assistant import collecting
from assistant.collecting import Collector
from tests.fakes import wait_until


class Cycle(QObject):
    """Only the garbage collector can free it."""

    freed_in: list[threading.Thread] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.freed_in.append(threading.current_thread())


def test_collects_in_the_windows_thread(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN another thread that allocates a lot, THEN garbage is freed, but never there."""
    monkeypatch.setattr(collecting, "LOOK_EVERY_MS", 5)
    gc.enable()
    collector = Collector()
    assert not gc.isenabled()
    Cycle.freed_in.clear()
    for _ in range(20):
        Cycle()

    def allocate() -> None:
        for _ in range(50):
            keep = [[] for _ in range(1000)]
            keep.clear()

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert Cycle.freed_in == []
    keep = [[] for _ in range(5000)]
    wait_until(lambda: len(Cycle.freed_in) == 20)
    assert set(Cycle.freed_in) == {threading.current_thread()}
    del keep
    collector.stop()
    assert gc.isenabled()
