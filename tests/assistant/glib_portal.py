"""What all stand-ins for the portal do. They are run by the system's Python with GLib: strict about types."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from gi.repository import Gio, GLib

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"

Call = Callable[..., None]


def offer(interfaces: str, called: Call, read: Callable[..., Any] | None = None) -> Gio.DBusConnection:
    """Connect to the session bus and offer what an XML description says."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for interface in Gio.DBusNodeInfo.new_for_xml(interfaces).interfaces:
        bus.register_object(PATH, interface, called, read, None)
    return bus


def own(bus: Gio.DBusConnection) -> int:
    """Be the portal; a client may call as soon as "ready" is written."""
    flags = Gio.BusNameOwnerFlags.NONE
    return Gio.bus_own_name_on_connection(bus, NAME, flags, lambda *_: say("ready"), None)


def request_handle(sender: str, token: str) -> str:
    return f"{PATH}/request/{sender[1:].replace('.', '_')}/{token}"


def respond(
    bus: Gio.DBusConnection, sender: str, handle: str, code: int, results: dict[str, GLib.Variant]
) -> None:
    response = GLib.Variant("(ua{sv})", (code, results))
    bus.emit_signal(sender, handle, "org.freedesktop.portal.Request", "Response", response)


def say(what: Any) -> None:
    """Write a line of JSON."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
