"""Global hotkeys on Wayland: the GlobalShortcuts portal of the desktop.

The person picks the keys in a dialog of the desktop; ours are proposals. Replies may take minutes, so the
thread has its own connection to the bus and sleeps between messages.
Documented at https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html

Not run: tested with a stand-in for the portal on a real bus, not on GNOME or KDE.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from itertools import count
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, new_method_call

from assistant.dbus import BusError, SessionBus, Stopped, Variant
from assistant.environment import DESKTOP_ID
from assistant.hotkeys.chord import Action, Chord
from assistant.hotkeys.keys import KEYS
from assistant.hotkeys.protocol import Pressed, Refusal
from assistant.hotkeys.worker import Worker

_log = logging.getLogger(__name__)

_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
_SESSION = "org.freedesktop.portal.Session"

_PORTAL = DBusAddress(_PATH, _NAME)
_PEER = _PORTAL.with_interface("org.freedesktop.DBus.Peer")
_REGISTRY = _PORTAL.with_interface("org.freedesktop.host.portal.Registry")
_SHORTCUTS = _PORTAL.with_interface("org.freedesktop.portal.GlobalShortcuts")


class PortalHotkeys:
    """Hotkeys that the desktop hands out.

    Args:
        descriptions: what the desktop's dialog calls each action.
    """

    name = "portal"

    def __init__(self, descriptions: Mapping[Action, str]) -> None:
        self._descriptions = descriptions
        self._worker: Worker | None = None

    def start(self, chords: Mapping[Action, Chord], pressed: Pressed) -> Mapping[Action, Refusal]:
        """See ``HotkeyBackend``; nothing is known to be refused yet when this returns."""
        self.stop()
        wanted = [
            (str(action), _options(self._descriptions[action], chord)) for action, chord in chords.items()
        ]
        self._worker = Worker("hotkeys-portal", lambda wake: _run(wake, wanted, pressed))
        return {}

    def stop(self) -> None:
        """See ``HotkeyBackend``; the portal ends the session when the connection closes."""
        if self._worker:
            self._worker.stop()
            self._worker = None


_Shortcuts = list[tuple[str, dict[str, Variant]]]


class _PortalRestarted(Exception):
    """The portal started again and knows nothing of this program."""


def _run(wake: socket.socket, wanted: _Shortcuts, pressed: Pressed) -> None:
    try:
        with SessionBus(wake) as bus:
            session = _Session(bus)
            while True:
                try:
                    session.bind(wanted)
                    session.listen(pressed)
                except _PortalRestarted:
                    _log.info("the portal was restarted; asking for the hotkeys again")
    except Stopped:
        return
    except BusError as exc:
        _log.warning("no hotkeys through the portal: %s", exc)


class _Session:
    """What this program has with the portal, from registering to the presses."""

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus
        self._tokens = count(1)
        self._handle = ""
        own = bus.unique_name.removeprefix(":").replace(".", "_")
        self._requests = f"{_PATH}/request/{own}"
        # Started first, so that its start is not taken for a restart.
        bus.call(new_method_call(_PEER, "Ping"))
        bus.subscribe(member="NameOwnerChanged", arg0=_NAME)
        bus.subscribe(sender=_NAME, interface=_REQUEST, path_namespace=self._requests)
        bus.subscribe(sender=_NAME, interface=_SHORTCUTS.interface, member="Activated")
        bus.subscribe(sender=_NAME, interface=_SESSION, member="Closed")

    def bind(self, wanted: _Shortcuts) -> None:
        """Ask for the shortcuts; waits while the person answers.

        Raises:
            BusError: the portal or the person refused.
            _PortalRestarted: ask again.
        """
        self._register()
        token = ("s", self._token())
        created = self._ask("CreateSession", "a{sv}", options={"session_handle_token": token})
        self._handle = created["session_handle"][1]
        bound = self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", self._handle, wanted, "", options={})
        for action, options in bound.get("shortcuts", ("", ()))[1]:
            trigger = options.get("trigger_description", ("s", "not told"))[1]
            _log.info("the desktop gave %s the keys: %s", action, trigger)

    def listen(self, pressed: Pressed) -> None:
        """Report presses until the bus is gone or something is raised.

        Raises:
            BusError: the connection was lost.
            _PortalRestarted: bind again.
        """
        while True:
            message = self._next()
            if message.header.fields[HeaderFields.member] != "Activated":
                continue
            handle, name = message.body[:2]
            if handle == self._handle and name in set(Action):
                pressed(Action(name))

    def _register(self) -> None:
        """Tell a recent portal which program this is; without an identity it refuses shortcuts."""
        try:
            self._bus.call(new_method_call(_REGISTRY, "Register", "sa{sv}", (DESKTOP_ID, {})))
        except BusError as exc:
            _log.info("this portal does not register programs: %s", exc)

    def _ask(
        self, method: str, signature: str, *values: Any, options: dict[str, Variant]
    ) -> dict[str, Variant]:
        """Call a method that answers with a signal, and wait for that."""
        token = self._token()
        options = options | {"handle_token": ("s", token)}
        self._bus.call(new_method_call(_SHORTCUTS, method, signature, (*values, options)))
        while True:
            message = self._next()
            if message.header.fields[HeaderFields.path] == f"{self._requests}/{token}":
                break
        code, results = message.body
        if code:
            raise BusError(f"{method} was refused with code {code}")
        return dict(results)

    def _next(self) -> Message:
        message = self._bus.next_signal()
        fields = message.header.fields
        if fields[HeaderFields.member] == "NameOwnerChanged" and message.body[2]:
            raise _PortalRestarted
        if fields[HeaderFields.member] == "Closed" and fields[HeaderFields.path] == self._handle:
            raise BusError("the desktop ended the session")
        return message

    def _token(self) -> str:
        return f"viclipcap{next(self._tokens)}"


def _options(description: str, chord: Chord) -> dict[str, Variant]:
    """The proposed keys are written as in https://specifications.freedesktop.org/shortcuts-spec/latest/."""
    *held, _ = str(chord).upper().split("+")
    trigger = "+".join([*held, KEYS[chord.key].keysym])
    return {"description": ("s", description), "preferred_trigger": ("s", trigger)}
