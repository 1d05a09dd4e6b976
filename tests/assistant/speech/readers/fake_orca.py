"""Orca's service on the session bus, as far as it is used; run by the system's Python, strict about types.

    python3 fake_orca.py VERSION HABIT

VERSION is 49, 50 or 51. HABIT is "well", "refuses", "deaf" (answers nothing), "dawdles" (takes a message and
answers when it is too late) or "dies" (ends when it gets a message). Writes each call as a line of JSON.
"""

from __future__ import annotations

import os
import sys

from gi.repository import Gio, GLib

from tests.assistant.glib_portal import say

SERVICE = """
<interface name="{name}">
  <method name="PresentMessage"><arg type="s" direction="in"/><arg type="b" direction="out"/></method>
  <method name="GetVersion"><arg type="s" direction="out"/></method>
</interface>
"""
MODULE_BEFORE_51 = """
<interface name="org.gnome.Orca.Module">
  <method name="ExecuteCommand">
    <arg type="s" direction="in"/><arg type="b" direction="in"/><arg type="b" direction="out"/>
  </method>
</interface>
"""
SPEECH_MANAGER = """
<interface name="org.gnome.Orca1.SpeechManager">
  <method name="InterruptSpeech"><arg type="b" direction="in"/><arg type="b" direction="out"/></method>
</interface>
"""
MODULES = {
    "49": ("SpeechAndVerbosityManager", MODULE_BEFORE_51),
    "50": ("SpeechManager", MODULE_BEFORE_51),
    "51": ("SpeechManager", SPEECH_MANAGER),
}


class Orca:
    def __init__(self, version: str, habit: str) -> None:
        self.version, self.habit = version, habit
        self.name = "org.gnome.Orca1.Service" if version == "51" else "org.gnome.Orca.Service"
        self.path = "/" + self.name.replace(".", "/")
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        module, interface = MODULES[version]
        self.offer(self.path, SERVICE.format(name=self.name))
        self.offer(f"{self.path}/{module}", interface)

    def offer(self, path: str, interface: str) -> None:
        (described,) = Gio.DBusNodeInfo.new_for_xml(f"<node>{interface}</node>").interfaces
        self.bus.register_object(path, described, self.called, None, None)

    def called(
        self,
        bus: Gio.DBusConnection,
        sender: str,
        path: str,
        interface: str,
        method: str,
        given: GLib.Variant,
        call: Gio.DBusMethodInvocation,
    ) -> None:
        say({"method": method, "given": given.unpack()})
        if self.habit == "deaf":
            return
        if method == "GetVersion":
            call.return_value(GLib.Variant("(s)", (f"{self.version}.1",)))
            return
        if method == "PresentMessage":
            if self.habit == "dies":
                os._exit(0)
            if self.habit == "dawdles":
                GLib.timeout_add(900, self.answer, call, True)
                return
        self.answer(call, self.habit != "refuses")

    def answer(self, call: Gio.DBusMethodInvocation, value: bool) -> bool:
        call.return_value(GLib.Variant("(b)", (value,)))
        return False

    def own(self) -> None:
        flags = Gio.BusNameOwnerFlags.NONE
        Gio.bus_own_name_on_connection(self.bus, self.name, flags, lambda *_: say("ready"), None)


def main(version: str, habit: str) -> None:
    orca = Orca(version, habit)
    orca.own()
    GLib.MainLoop().run()


main(*sys.argv[1:])
