"""The accessibility bus's launcher, as far as it is asked; run by the system's Python.

    python3 fake_status.py ENABLED

ENABLED is "yes" or "no".
"""

from __future__ import annotations

import sys

from gi.repository import Gio, GLib

from tests.assistant.glib_portal import say

STATUS = """
<node><interface name="org.a11y.Status">
  <property type="b" name="IsEnabled" access="readwrite"/>
  <property type="b" name="ScreenReaderEnabled" access="readwrite"/>
</interface></node>
"""


def main(enabled: str) -> None:
    def read(bus: Gio.DBusConnection, sender: str, path: str, interface: str, name: str) -> GLib.Variant:
        return GLib.Variant("b", name == "ScreenReaderEnabled" and enabled == "yes")

    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    (described,) = Gio.DBusNodeInfo.new_for_xml(STATUS).interfaces
    bus.register_object("/org/a11y/bus", described, None, read, None)
    flags = Gio.BusNameOwnerFlags.NONE
    Gio.bus_own_name_on_connection(bus, "org.a11y.Bus", flags, lambda *_: say("ready"), None)
    GLib.MainLoop().run()


main(*sys.argv[1:])
