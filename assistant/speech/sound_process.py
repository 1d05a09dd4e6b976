"""The child process that owns the sound devices and Qt's speech engines.

Opening either was measured to hang for more than 20 s on computers with a broken sound server. Here that
harms nobody: ``assistant.speech.sound_link`` ends a child that has gone quiet.

Orders and answers are JSON, one object a message. An order has an ``id`` and says what to ``do``:

- ``play``, ``chime``: path, volume
- ``say``: engine, text, language, voice, rate, pitch, volume
- ``voices``: engine
- ``stop``: ends what is being done

The child says ``ready`` once, ``beat`` every second while it is at work, and answers each order but ``stop``
exactly once: ``id``, ``fault`` (a ``VoiceFault`` or null), ``detail``, and ``voices`` where asked for.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from multiprocessing.connection import Connection


def serve(connection: Connection, log_level: int) -> None:
    """Obey until the other end is closed. The main function of the child process.

    Args:
        connection: orders come in and answers go out.
        log_level: of the parent's log.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the parent's to handle
    _hush_libraries()
    logging.basicConfig(level=log_level, format="%(levelname)s %(name)s: %(message)s")
    # Here, since the parent imports this module and may be a command that does without Qt.
    from PySide6.QtCore import QCoreApplication

    from assistant.speech.sound_desk import Desk, Inbox

    qt = QCoreApplication([])
    desk = Desk(connection)
    inbox = Inbox(connection)
    inbox.ordered.connect(desk.obey)
    desk.send(ready=True)
    qt.exec()


def _hush_libraries() -> None:
    """Keep FFmpeg, ALSA and PulseAudio off the terminal; Python's own messages stay."""
    with contextlib.suppress(OSError):  # no standard error stream: nothing to hush
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8")
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path, a device
            os.dup2(nowhere.fileno(), 2)
