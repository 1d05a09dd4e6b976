"""VoiceOver, the screen reader of macOS.

Prism hands it texts with AppleScript. Where the person has not allowed that in the VoiceOver Utility, Prism
falls back to an announcement, which VoiceOver reads for the program in front only: that is no channel.

Not run: written against the documentation, tested with stand-ins.
"""

from __future__ import annotations

import logging
import subprocess

from assistant.speech.readers.prism_reader import PrismKind, PrismReader, PrismReaders
from assistant.speech.readers.reader import Reader
from assistant.speech.readers.without_channel import ReaderWithoutChannel

_log = logging.getLogger(__name__)

VOICE_OVER = PrismKind("VoiceOver", "VOICE_OVER", hears_announcements=True)

_WITHOUT_SCRIPTS = ReaderWithoutChannel(VOICE_OVER.name, VOICE_OVER.hears_announcements)

_MAY_SCRIPT = ("defaults", "read", "com.apple.VoiceOver4/default", "SCREnableAppleScript")
_TIME_LIMIT_S = 2.0


class MacReaders:
    """Finds VoiceOver."""

    def __init__(self) -> None:
        self._prism = PrismReaders([VOICE_OVER])
        self._asked_for: PrismReader | None = None
        self._may_script = False

    def find(self) -> Reader | None:
        """VoiceOver, when it is on. What it allows is asked when it is met for the first time."""
        reader = self._prism.find()
        if reader is None:
            return None
        if reader is not self._asked_for:
            self._asked_for, self._may_script = reader, _may_script()
        return reader if self._may_script else _WITHOUT_SCRIPTS


def _may_script() -> bool:
    """Whether VoiceOver lets itself be controlled with AppleScript; without an answer it does not."""
    try:
        done = subprocess.run(_MAY_SCRIPT, capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        _log.warning("VoiceOver's settings cannot be read: %s", exc)
        return False
    return done.stdout.strip() == "1"
