"""The voices of Windows: OneCore (such as Microsoft An) and SAPI 5 (such as Sao Mai), through Qt.

Each has voices that the other lacks, so both are offered. Qt's engines run in the sound process.

Not run: on Windows. Proven on Qt's ``mock`` engine in a real sound process; what OneCore and SAPI do was read
in the source of Qt's plugins.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.speech.sound_link import SoundLink
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

_NAMES = {"winrt": "onecore"}
"""Names of engines that tell people more than Qt's own."""


class QtVoices:
    """A ``VoiceEngine`` over one of Qt's engines.

    Rate and pitch go from -1 to 1 in Qt, a hundredth of ours. OneCore makes of the rate 0.5 to 6 times the
    normal speed and of the pitch 0 to 2 times the normal one; SAPI makes -10 to 10 steps of both.

    Args:
        engine: what Qt calls it: "winrt" or "sapi".
        link: the sound process.
        language: of the voices, ISO 639; tests take one that the mock engine has.
    """

    online = False

    def __init__(self, engine: str, link: SoundLink, *, language: str = "vi") -> None:
        self._engine, self._link, self._language = engine, link, language

    @property
    def name(self) -> str:
        """See ``VoiceEngine``."""
        return _NAMES.get(self._engine, self._engine)

    def is_installed(self) -> bool:
        """Whether Qt has the engine here. Whether it has a Vietnamese voice, only ``voices`` can tell."""
        from PySide6.QtCore import QLibraryInfo  # here, since the command line does without Qt where it can

        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "texttospeech"
        return any(folder.glob(f"*qtexttospeech_{self._engine}.*"))

    def voices(self) -> Sequence[VoiceInfo]:
        """See ``VoiceEngine``. Waits for the end of what the sound process is saying."""
        return tuple(
            VoiceInfo(voice["name"], voice["name"], voice["language"])
            for voice in self._link.order("voices", engine=self._engine).get("voices", ())
            if voice["language"].split("-")[0] == self._language
        )

    def speak(self, utterance: Utterance) -> None:
        """See ``VoiceEngine``. MISSING: no voice for the language; UNKNOWN_VOICE: not the one asked for."""
        self._link.order(
            "say", engine=self._engine, language=self._language, text=utterance.text, voice=utterance.voice,
            rate=utterance.rate, pitch=utterance.pitch, volume=utterance.volume,
        )  # fmt: skip

    def stop(self) -> None:
        """See ``VoiceEngine``."""
        self._link.stop()

    def save(self, utterance: Utterance, path: Path) -> None:
        """Not possible: both engines can synthesize, but Qt's Python binding does not offer it (6.11).

        Raises:
            VoiceError: FAILED, always.
        """
        raise VoiceError(f"{self.name} cannot write sound files", VoiceFault.FAILED)
