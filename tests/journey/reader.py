"""Reads the app through AT-SPI as a screen reader does, under the system's Python, which has the bindings.

Writes one JSON object a line: ``{"said": text}`` for every announcement. Each line on standard input is the
accessible id of a control, answered with ``{"id": id, "text": text or null, "focused": bool}``.
"""

import json
import sys
import threading

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

TITLE = "ViClipCap Assistant"


def tell(**values):
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def on_announcement(event):
    tell(said=event.any_data)


def find(node, identifier, depth=0):
    if node is None or depth > 15:
        return None
    if node.get_accessible_id() == identifier:
        return node
    for index in range(node.get_child_count()):
        found = find(node.get_child_at_index(index), identifier, depth + 1)
        if found is not None:
            return found
    return None


def control(identifier):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        found = find(desktop.get_child_at_index(index), identifier)
        if found is not None:
            return found
    return None


def content(node):
    text = node.get_text_iface()
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else None


def answer(identifier):
    try:
        node = control(identifier)
        focused = node is not None and node.get_state_set().contains(Atspi.StateType.FOCUSED)
        name = node.get_name() if node is not None else None
        tell(id=identifier, text=node and content(node), name=name, focused=focused)
    except GLib.Error as error:
        tell(id=identifier, text=None, name=None, focused=False, error=str(error))
    return False


def listen():
    for line in sys.stdin:
        GLib.idle_add(answer, line.strip())
    GLib.idle_add(Atspi.event_quit)


Atspi.init()
LISTENER = Atspi.EventListener.new(on_announcement)
LISTENER.register("object:announcement")
threading.Thread(target=listen, daemon=True).start()
tell(ready=True)
Atspi.event_main()
