"""A desktop portal for the tests, run by itself with the system's Python and GLib: strict about D-Bus types.

    python3 fake_portal.py BEHAVIOUR.json

Reads the file anew for each call: ``properties`` (of the Screenshot interface), ``answer`` (code of the
response, or "never", "late", "denied"), ``uri`` (of the file to hand out), ``handle`` ("as asked" or "own").
Writes the options of each request with their D-Bus types into asked.json beside it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gi.repository import Gio, GLib

PATH = "/org/freedesktop/portal/desktop"
INTERFACE = """
<node><interface name="org.freedesktop.portal.Screenshot">
  <property name="version" type="u" access="read"/>
  <property name="AvailableTargets" type="u" access="read"/>
  <method name="Screenshot">
    <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
  </method>
</interface></node>
"""


def behaviour() -> dict[str, Any]:
    return json.loads(Path(sys.argv[1]).read_text())


def respond(bus: Gio.DBusConnection, handle: str, sender: str, code: int) -> None:
    results = {"uri": GLib.Variant("s", behaviour()["uri"])}
    signal = ("org.freedesktop.portal.Request", "Response", GLib.Variant("(ua{sv})", (code, results)))
    bus.emit_signal(sender, handle, *signal)


def called(
    bus: Gio.DBusConnection,
    sender: str,
    path: str,
    interface: str,
    method: str,
    given: GLib.Variant,
    call: Gio.DBusMethodInvocation,
) -> None:
    options = given.get_child_value(1)
    named = {key: options.lookup_value(key) for key in options.keys()}  # noqa: SIM118
    asked = {key: [value.get_type_string(), value.unpack()] for key, value in named.items()}
    Path(sys.argv[1]).with_name("asked.json").write_text(json.dumps(asked))
    answer = behaviour()["answer"]
    if answer == "denied":
        call.return_dbus_error("org.freedesktop.DBus.Error.AccessDenied", "not for you")
        return
    own = behaviour()["handle"] == "own"
    token = "own" if own else asked["handle_token"][1]
    handle = f"{PATH}/request/{sender[1:].replace('.', '_')}/{token}"
    if isinstance(answer, int) and not own:
        respond(bus, handle, sender, answer)  # before the call returns, as the specification allows
    call.return_value(GLib.Variant("(o)", (handle,)))
    if isinstance(answer, int) and own:
        GLib.timeout_add(50, respond, bus, handle, sender, answer)
    if answer == "late":
        GLib.timeout_add(600, respond, bus, handle, sender, 0)


def read(bus: Gio.DBusConnection, sender: str, path: str, interface: str, name: str) -> GLib.Variant | None:
    value = behaviour()["properties"].get(name)
    return None if value is None else GLib.Variant("u", value)


def ready(*_: object) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main() -> None:
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    (interface,) = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces
    bus.register_object(PATH, interface, called, read, None)
    loop = GLib.MainLoop()
    name = "org.freedesktop.portal.Desktop"
    Gio.bus_own_name_on_connection(bus, name, Gio.BusNameOwnerFlags.NONE, ready, lambda *_: loop.quit())
    loop.run()


main()
