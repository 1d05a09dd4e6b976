"""Pictures of the screen: one protocol, several back-ends, the first usable one wins."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Protocol

from assistant.capture.desktop import Done, Monitor, Target
from assistant.capture.picture import CaptureError, CaptureFault, Picture

_log = logging.getLogger(__name__)


class Grabber(Protocol):
    """Takes pictures of the screen."""

    def grab(self, target: Target, done: Done) -> None:
        """Take one picture.

        Every failure is given to ``done``; nothing is raised.

        Args:
            target: what to show.
            done: called exactly once, in the calling thread: before this returns, or later from Qt's event
                loop where the system answers later.
        """


class ScreenBackend(Grabber, Protocol):
    """One way to look at the screen."""

    @property
    def name(self) -> str:
        """For the log and ``doctor``."""

    def monitors(self) -> list[Monitor]:
        """The monitors as they are now, in the system's order.

        Raises:
            CaptureError: NO_SCREEN, the system shows none.
        """


def is_wayland() -> bool:
    """Whether the person's desktop is a Wayland one, where no program sees the others' windows by itself."""
    return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"


def choose_screen() -> ScreenBackend:
    """The first usable back-end; the log says which and why not the others.

    Ask again after a failure: a portal may have been started, or a screen switched on, in between.

    Raises:
        CaptureError: NO_SCREEN, none is usable; the message gives the reason of each.
    """
    reasons = []
    for name, open_backend in _BACKENDS:
        try:
            backend = open_backend()
        except CaptureError as exc:
            _log.info("no pictures of the screen through %s: %s", name, exc)
            reasons.append(f"{name}: {exc}")
        else:
            _log.info("pictures of the screen through %s", name)
            return backend
    raise CaptureError(
        f"Cannot look at the screen ({' '.join(reasons)}). Open a picture file instead.",
        CaptureFault.NO_SCREEN,
    )


def _open_portal() -> ScreenBackend:
    if not is_wayland():
        raise CaptureError("This is not a Wayland desktop.", CaptureFault.NO_SCREEN)
    from assistant.capture.portal_screen import open_portal_screen

    return open_portal_screen()


def _open_mss() -> ScreenBackend:
    if is_wayland():
        raise CaptureError("Wayland shows X11 programs nothing of the screen.", CaptureFault.NO_SCREEN)
    from assistant.capture.mss_screen import open_mss_screen

    return open_mss_screen()


_BACKENDS: tuple[tuple[str, Callable[[], ScreenBackend]], ...] = (
    ("the desktop portal", _open_portal),
    ("mss", _open_mss),
)


class Screen:
    """The screen through the first usable back-end, which is kept as long as it works.

    Opening one takes longer than a picture, and screens and portals come and go: after a failure the next
    picture looks for a back-end anew.

    Args:
        choose: gives a back-end, or raises ``CaptureError``.
    """

    def __init__(self, choose: Callable[[], ScreenBackend] = choose_screen) -> None:
        self._choose = choose
        self._backend: ScreenBackend | None = None

    def monitors(self) -> list[Monitor]:
        """See ``ScreenBackend``; raises NO_SCREEN also when there is no back-end."""
        return self._open().monitors()

    def grab(self, target: Target, done: Done) -> None:
        """See ``ScreenBackend``; that there is no back-end is given to ``done`` too."""
        try:
            backend = self._open()
        except CaptureError as exc:
            done(exc)
        else:
            backend.grab(target, partial(self._pass_on, done))

    def _open(self) -> ScreenBackend:
        if self._backend is None:
            self._backend = self._choose()
        return self._backend

    def _pass_on(self, done: Done, result: Picture | CaptureError) -> None:
        if isinstance(result, CaptureError) and result.fault in (CaptureFault.NO_SCREEN, CaptureFault.FAILED):
            self._backend = None
        done(result)
