"""Screen readers of Linux: Orca, and others as far as the desktop knows of them."""

from __future__ import annotations

import logging
from pathlib import Path

from jeepney import DBusAddress, Properties, message_bus

from assistant.dbus import BusError
from assistant.speech.readers.bus_link import BusLink
from assistant.speech.readers.orca import ORCA_SERVICES, Orca
from assistant.speech.readers.orca_process import orca_process, orca_without_service
from assistant.speech.readers.reader import Reader
from assistant.speech.readers.without_channel import UNKNOWN_READER

_log = logging.getLogger(__name__)

_TIME_LIMIT_S = 0.5

_STATUS = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))


class LinuxReaders:
    """Finds the reader of this session; the connection to the bus is kept from one time to the next.

    Args:
        proc: the kernel's folder of processes.
    """

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._link = BusLink()
        self._orcas = {service.bus_name: Orca(self._link, service) for service in ORCA_SERVICES}

    def find(self) -> Reader | None:
        """The reader that runs now: Orca with its service, Orca without one, another one."""
        for name, orca in self._orcas.items():
            if self._has_owner(name):
                return orca
        if (process := orca_process(self._proc)) is not None:
            return orca_without_service(process)
        return UNKNOWN_READER if self._reader_enabled() else None

    def close(self) -> None:
        """Let go of the session bus."""
        self._link.close()

    def _has_owner(self, name: str) -> bool:
        try:
            return bool(self._link.call(message_bus.NameHasOwner(name), _TIME_LIMIT_S)[0])
        except BusError as exc:
            _log.debug("the session bus cannot tell whether Orca runs: %s", exc)
            return False

    def _reader_enabled(self) -> bool:
        """What the desktop says, where the person switched a screen reader on in its settings."""
        try:
            ((_, enabled),) = self._link.call(_STATUS.get("ScreenReaderEnabled"), _TIME_LIMIT_S)
        except BusError as exc:
            _log.debug("the accessibility bus cannot tell whether a screen reader runs: %s", exc)
            return False
        return bool(enabled)
