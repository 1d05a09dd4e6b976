"""A stand-in for the package ``prism`` on Windows or macOS: the screen readers are objects of the test's.

Its methods have the signatures of the real ones; ``test_prism_parity.py`` holds them against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class PrismError(Exception):
    """As the real one."""


class PrismBackendNotAvailableError(PrismError, RuntimeError):
    """As the real one."""


class PrismInternalError(PrismError, RuntimeError):
    """As the real one."""


class PrismNotImplementedError(PrismError, NotImplementedError):
    """As the real one."""


class BackendId(IntEnum):
    NVDA = 0x89CC19C5C4AC1A56
    JAWS = 0xAC3D60E9BD84B53E
    ZOOM_TEXT = 0xAE439D62DC7B1479
    VOICE_OVER = 0xCB4897961A754BCB
    UIA = 0x6238F019DB678F8E
    SAPI = 0x1D6DF72422CEEE66
    AV_SPEECH = 0x28E3429577805C24


@dataclass
class Program:
    """A screen reader as a program on the computer."""

    braille_channel: bool = True
    started: int = 0
    said: list[str] = field(default_factory=list)
    brailled: list[str] = field(default_factory=list)
    interruptions: int = 0
    broken_display: bool = False
    reconnects: bool = False
    """A connection from before a restart goes on working."""

    def start(self) -> None:
        self.started = abs(self.started) + 1

    def end(self) -> None:
        self.started = -self.started

    @property
    def runs(self) -> bool:
        return self.started > 0


@dataclass(frozen=True)
class BackendFeatures:
    is_supported_at_runtime: bool
    supports_braille: bool
    supports_speak: bool = True
    supports_output: bool = True
    supports_stop: bool = True


class Backend:
    """Connected from its beginning to its end to one run of the program."""

    def __init__(self, program: Program) -> None:
        if not program.runs:
            raise PrismBackendNotAvailableError("Backend not available")
        self._program = program
        self._run = program.started

    @property
    def features(self) -> BackendFeatures:
        return BackendFeatures(self._program.runs, self._program.braille_channel)

    def speak(self, text: str, interrupt: bool = False) -> None:
        program = self._connected()
        if interrupt:
            program.interruptions += 1
        program.said.append(text)

    def braille(self, text: str) -> None:
        program = self._connected()
        if not program.braille_channel:
            raise PrismNotImplementedError("Not implemented")
        if program.broken_display:
            raise PrismInternalError("Internal backend error")
        program.brailled.append(text)

    def output(self, text: str, interrupt: bool = False) -> None:
        self.speak(text, interrupt)
        if self._program.braille_channel:
            self.braille(text)

    def stop(self) -> None:
        self._connected().interruptions += 1

    def _connected(self) -> Program:
        program = self._program
        if not program.runs or (self._run != program.started and not program.reconnects):
            raise PrismInternalError("Internal backend error")
        return program


INSTALLED: dict[BackendId, Program] = {}
"""What this computer's Prism knows; the test fills it."""

CREATED: list[BackendId] = []
"""Every connection that was tried."""


class Context:
    def exists(self, backend_id: BackendId) -> bool:
        return backend_id in INSTALLED

    def create(self, backend_id: BackendId) -> Backend:
        CREATED.append(backend_id)
        if backend_id not in INSTALLED:
            raise ValueError("Invalid or unsupported backend")
        return Backend(INSTALLED[backend_id])
