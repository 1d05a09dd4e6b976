"""Which kind of global hotkeys this computer has."""

from __future__ import annotations

import importlib.util
import logging
import os
import platform
from collections.abc import Callable

from assistant.hotkeys.chord import Action
from assistant.hotkeys.protocol import HotkeyBackend, Pressed, Refusal
from assistant.messages import Messages

__all__ = ["HotkeyBackend", "Pressed", "Refusal", "choose_backend"]

_log = logging.getLogger(__name__)


def choose_backend(messages: Messages) -> HotkeyBackend | None:
    """The first kind of global hotkeys that fits this computer.

    Args:
        messages: the words for the actions, shown by the desktop where it lets the person pick the keys.

    Returns:
        ``None`` where there is none; ``viclipcap describe`` bound in the system's settings is what is left.
    """
    for name, obstacle, build in _BACKENDS:
        if reason := obstacle():
            _log.info("hotkeys: not %s: %s", name, reason)
            continue
        _log.info("hotkeys: %s", name)
        return build(messages)
    _log.warning("hotkeys: none on this system")
    return None


def _no_windows() -> str:
    return "" if platform.system() == "Windows" else "this is not Windows"


def _no_portal() -> str:
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return "" if wayland else "this is not a Wayland session"


def _no_x11() -> str:
    if not os.environ.get("DISPLAY"):
        return "DISPLAY is not set"
    return "" if importlib.util.find_spec("Xlib") else "python-xlib is not installed"


def _windows(messages: Messages) -> HotkeyBackend:
    from assistant.hotkeys.user32 import open_user32
    from assistant.hotkeys.windows import WindowsHotkeys

    return WindowsHotkeys(open_user32())


def _portal(messages: Messages) -> HotkeyBackend:
    from assistant.hotkeys.portal import PortalHotkeys

    return PortalHotkeys({action: messages.text(f"hotkeys.action-{action}") for action in Action})


def _x11(messages: Messages) -> HotkeyBackend:
    from assistant.hotkeys.x11 import X11Hotkeys

    return X11Hotkeys()


# The portal comes before X11: in a Wayland session DISPLAY is Xwayland's, where a grab only sees the keys
# pressed over X11 windows.
_BACKENDS: tuple[tuple[str, Callable[[], str], Callable[[Messages], HotkeyBackend]], ...] = (
    ("windows", _no_windows, _windows),
    ("portal", _no_portal, _portal),
    ("x11", _no_x11, _x11),
)
