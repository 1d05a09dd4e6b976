"""A portal of global shortcuts for the tests, run by the system's Python.

    python3 fake_portal.py REGISTRY CREATED BOUND

REGISTRY is "yes" or "no"; CREATED and BOUND are response codes or "never". Writes each call as a line of
JSON; reads "press ID", "press-elsewhere ID", "close" and "restart" from its input.
"""

from __future__ import annotations

import sys

from gi.repository import Gio, GLib

from tests.assistant.glib_portal import PATH, offer, own, request_handle, respond, say

SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
REGISTRY = """
<interface name="org.freedesktop.host.portal.Registry">
  <method name="Register"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
</interface>
"""
OWN = f"""
<interface name="{SHORTCUTS}">
  <method name="CreateSession"><arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
  <method name="BindShortcuts">
    <arg type="o" direction="in"/><arg type="a(sa{{sv}})" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/>
  </method>
</interface>
"""


class Portal:
    def __init__(self, registry: bool, created: str, bound: str) -> None:
        self.bus = offer(f"<node>{REGISTRY if registry else ''}{OWN}</node>", self.called)
        self.needs_app_id = registry
        self.codes = {"CreateSession": created, "BindShortcuts": bound}
        self.registered: set[str] = set()
        self.client = self.session = ""

    def own(self) -> None:
        self.registered.clear()
        self.owner = own(self.bus)

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
        if method == "Register":
            if sender in self.registered:
                call.return_dbus_error("org.freedesktop.portal.Error.Failed", "registered before")
                return
            self.registered.add(sender)
            call.return_value(None)
            return
        if self.needs_app_id and sender not in self.registered:
            call.return_dbus_error("org.freedesktop.portal.Error.NotAllowed", "An app id is required")
            return
        options = given.unpack()[-1]
        handle = request_handle(sender, options["handle_token"])
        results: dict[str, GLib.Variant] = {}
        if method == "CreateSession":
            self.client = sender
            place = sender[1:].replace(".", "_")
            self.session = f"{PATH}/session/{place}/{options['session_handle_token']}"
            results["session_handle"] = GLib.Variant("s", self.session)
            self.respond(sender, handle, method, results)  # may come before the method's reply
            call.return_value(GLib.Variant("(o)", (handle,)))
            return
        shown = [
            (name, {"trigger_description": GLib.Variant("s", "Press something")})
            for name, _ in given.unpack()[1]
        ]
        results["shortcuts"] = GLib.Variant("a(sa{sv})", shown)
        call.return_value(GLib.Variant("(o)", (handle,)))
        self.respond(sender, handle, method, results)

    def respond(self, sender: str, handle: str, method: str, results: dict[str, GLib.Variant]) -> None:
        if (code := self.codes[method]) != "never":
            respond(self.bus, sender, handle, int(code), results)

    def press(self, session: str, name: str) -> None:
        given = GLib.Variant("(osta{sv})", (session, name, 1, {}))
        self.bus.emit_signal(self.client, PATH, SHORTCUTS, "Activated", given)

    def obey(self, channel: GLib.IOChannel, *_: object) -> bool:
        command, _, name = channel.readline().strip().partition(" ")
        if command == "press":
            self.press(self.session, name)
        elif command == "press-elsewhere":
            self.press(f"{PATH}/session/other", name)
        elif command == "close":
            closed = GLib.Variant("(a{sv})", ({},))
            self.bus.emit_signal(
                self.client, self.session, "org.freedesktop.portal.Session", "Closed", closed
            )
        elif command == "restart":
            Gio.bus_unown_name(self.owner)
            self.own()
        return bool(command)


def main(registry: str, created: str, bound: str) -> None:
    portal = Portal(registry == "yes", created, bound)
    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, portal.obey)
    portal.own()
    GLib.MainLoop().run()


main(*sys.argv[1:])
