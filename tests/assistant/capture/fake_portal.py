"""A portal of screenshots for the tests, run by the system's Python.

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

from tests.assistant.glib_portal import offer, own, request_handle, respond

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


def called(
    bus: Gio.DBusConnection,
    sender: str,
    path: str,
    interface: str,
    method: str,
    given: GLib.Variant,
    call: Gio.DBusMethodInvocation,
) -> None:
    wanted = behaviour()
    options = given.get_child_value(1)
    named = {key: options.lookup_value(key) for key in options.keys()}  # noqa: SIM118
    asked = {key: [value.get_type_string(), value.unpack()] for key, value in named.items()}
    Path(sys.argv[1]).with_name("asked.json").write_text(json.dumps(asked))
    answer = wanted["answer"]
    if answer == "denied":
        call.return_dbus_error("org.freedesktop.DBus.Error.AccessDenied", "not for you")
        return
    own_handle = wanted["handle"] == "own"
    handle = request_handle(sender, "own" if own_handle else asked["handle_token"][1])
    results = {"uri": GLib.Variant("s", wanted["uri"])}
    if isinstance(answer, int) and not own_handle:
        respond(bus, sender, handle, answer, results)  # before the call returns: the specification allows it
    call.return_value(GLib.Variant("(o)", (handle,)))
    if isinstance(answer, int) and own_handle:
        GLib.timeout_add(50, respond, bus, sender, handle, answer, results)
    if answer == "late":
        GLib.timeout_add(600, respond, bus, sender, handle, 0, results)


def read(bus: Gio.DBusConnection, sender: str, path: str, interface: str, name: str) -> GLib.Variant | None:
    value = behaviour()["properties"].get(name)
    return None if value is None else GLib.Variant("u", value)


own(offer(INTERFACE, called, read))
GLib.MainLoop().run()
