"""Orca's own channel: its service on the session bus, since version 49.

The service is described in docs/remote-controller.md of Orca's sources. Orca 49 and 50 call it
``org.gnome.Orca.Service``; since 51 it is ``org.gnome.Orca1.Service``, with other ways to its modules.

Not run: tested with stand-ins for both services on a real bus, and once by hand with the modules of Orca 49,
50 and 51 that offer the service, without the rest of Orca.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, Message, new_method_call

from assistant.dbus import BusError, BusTimeout
from assistant.speech.readers.bus_link import BusLink

_log = logging.getLogger(__name__)

_TIME_LIMIT_S = 0.5
"""Orca answers within milliseconds, but not while it waits for another program."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A method and what it is given."""

    address: DBusAddress
    method: str
    signature: str
    values: tuple[Any, ...]

    def message(self) -> Message:
        return new_method_call(self.address, self.method, self.signature, self.values)


@dataclass(frozen=True, slots=True)
class OrcaService:
    """What the versions of Orca differ in.

    Attributes:
        bus_name: owned while Orca runs.
        path: of the service; its interface has the name of the bus name.
        interrupts: ways to stop Orca's speech, the newest first.
    """

    bus_name: str
    path: str
    interrupts: tuple[_Order, ...]

    @property
    def address(self) -> DBusAddress:
        """Where the methods of the service itself are."""
        return DBusAddress(self.path, self.bus_name, self.bus_name)


def _since_51() -> OrcaService:
    name, path = "org.gnome.Orca1.Service", "/org/gnome/Orca1/Service"
    speech = DBusAddress(f"{path}/SpeechManager", name, "org.gnome.Orca1.SpeechManager")
    return OrcaService(name, path, (_Order(speech, "InterruptSpeech", "b", (False,)),))


def _before_51() -> OrcaService:
    name, path = "org.gnome.Orca.Service", "/org/gnome/Orca/Service"
    modules = ("SpeechManager", "SpeechAndVerbosityManager")  # of 50, of 49
    return OrcaService(
        name,
        path,
        tuple(
            _Order(
                DBusAddress(f"{path}/{module}", name, "org.gnome.Orca.Module"),
                "ExecuteCommand",
                "sb",
                ("InterruptSpeech", False),
            )
            for module in modules
        ),
    )


ORCA_SERVICES = (_since_51(), _before_51())


class Orca:
    """An Orca that can be given messages; see ``Reader``. It says them and shows them in braille.

    Args:
        link: to the session bus.
        service: the one that is running.
    """

    hears_announcements = True
    has_channel = True

    def __init__(self, link: BusLink, service: OrcaService) -> None:
        self._link = link
        self._service = service
        self._version = ""

    @property
    def name(self) -> str:
        """Orca with its version, as soon as it has told it."""
        if not self._version:
            with suppress(BusError):
                self._ask_version()
        return f"Orca {self._version}".strip()

    def present(self, text: str, *, urgent: bool) -> bool:
        """See ``Reader``.

        A message cannot be taken back, so Orca is asked for its version before: when it does not answer,
        somebody else may speak, and Orca will not say the same some seconds later.
        """
        try:
            self._ask_version()
            if urgent:
                self._interrupt()
        except BusError as exc:
            _log.warning("Orca does not listen: %s", exc)
            return False
        try:
            (taken,) = self._link.call(self._order("PresentMessage", "s", text).message(), _TIME_LIMIT_S)
        except BusTimeout as exc:
            _log.info("Orca has the message and is slow: %s", exc)
            return True
        except BusError as exc:
            _log.warning("Orca did not take a message: %s", exc)
            return False
        return bool(taken)

    def stop(self) -> None:
        """See ``Reader``."""
        try:
            self._interrupt()
        except BusError as exc:
            _log.warning("Orca could not be interrupted: %s", exc)

    def _ask_version(self) -> None:
        (self._version,) = self._link.call(self._order("GetVersion").message(), _TIME_LIMIT_S)

    def _interrupt(self) -> None:
        """Stop what is being said, where this version of Orca can.

        Raises:
            BusError: Orca gave no answer.
        """
        for order in self._service.interrupts:
            try:
                self._link.call(order.message(), _TIME_LIMIT_S)
            except BusError as exc:
                if exc.name is None:
                    raise
                _log.debug("not the way to interrupt this Orca: %s", exc)
            else:
                return

    def _order(self, method: str, signature: str = "", *values: str) -> _Order:
        return _Order(self._service.address, method, signature, values)
