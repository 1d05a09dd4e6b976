"""What is the window called that the person works in?"""

from __future__ import annotations

import logging

from assistant.capture.active_window import choose_window_finder
from assistant.capture.picture import CaptureError
from assistant.capture.screen import is_wayland

_log = logging.getLogger(__name__)


def active_title() -> str:
    """Title of the window the person works in; empty where the system does not say.

    Under Wayland X11 knows only some of the windows, so it is not asked.
    """
    if is_wayland():
        return ""
    try:
        return choose_window_finder()().title
    except CaptureError as exc:
        _log.debug("no title: %s", exc)
        return ""
