"""Makes sound files heard, in the sound process."""

from __future__ import annotations

from pathlib import Path

from assistant.speech.sound_link import SoundLink


class Player:
    """Plays sound files, one at a time.

    Args:
        link: the sound process; ``stop`` stops whatever it does.
    """

    def __init__(self, link: SoundLink) -> None:
        self._link = link

    def play(self, path: Path, volume: int) -> None:
        """Play a file to its end, or until ``stop``.

        Args:
            path: WAV or MP3.
            volume: 0 to 100 percent.

        Raises:
            VoiceError: NO_SOUND (no sound device), BAD_AUDIO (missing or not a sound file), TIMED_OUT (the
                device does not take it), FAILED (the sound process died).
        """
        self._link.order("play", path=str(path), volume=volume)

    def chime(self, path: Path, volume: int) -> None:
        """Play a short WAV file that is used again and again; it is kept and begins sooner.

        Args:
            path: WAV.
            volume: 0 to 100 percent.

        Raises:
            VoiceError: as for ``play``.
        """
        self._link.order("chime", path=str(path), volume=volume)

    def stop(self) -> None:
        """Be silent within 50 ms; from any thread."""
        self._link.stop()
