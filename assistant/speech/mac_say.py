"""The voices of macOS, through its program ``say``.

Not run: written after the manual page of ``say`` and Apple's Speech Synthesis Programming Guide (embedded
commands); tested on a program that behaves as these say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from assistant.speech.programs import LISTING_S, ProgramVoice, Watch, between, plain_text, time_limit_s
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

_ROW = re.compile(r"(?P<name>\S.*?)\s+(?P<language>[a-z]{2,3}[_-]\w+)\s+#")
_PREFERRED = "Linh"  # comes with the system

_SLOWEST, _NORMAL, _FASTEST = 80, 175, 450  # words per minute
_OCTAVE = 12  # semitones, the unit of the embedded command pbas


class MacSay(ProgramVoice):
    """A ``VoiceEngine``: ``rate`` becomes 80 to 450 words per minute, ``pitch`` an octave down or up.

    What is not asked for is left to the voice and to the person's own settings of the system.
    """

    name = "say"

    def _listed(self, watch: Watch) -> Sequence[VoiceInfo]:
        done = watch.run([self.name, "-v", "?"], limit_s=LISTING_S)
        rows = [row for row in map(_ROW.match, done.output.splitlines()) if row]
        voices = [
            VoiceInfo(row["name"], row["name"], row["language"].replace("_", "-"))
            for row in rows
            if row["language"].startswith("vi_")
        ]
        return tuple(sorted(voices, key=lambda voice: voice.id != _PREFERRED))

    def _read(self, utterance: Utterance, sound: Path | None, watch: Watch) -> None:
        words_per_minute = between(utterance.rate, _SLOWEST, _NORMAL, _FASTEST)
        command = [self.name, "-v", self._voice(utterance, watch).id, "-f", "-"]
        if utterance.rate:
            command += ["-r", f"{words_per_minute:.0f}"]
        if sound:
            command += ["-o", str(sound), "--file-format=WAVE", "--data-format=LEI16@22050"]
        limit_s = time_limit_s(utterance.text, words_per_minute / _NORMAL)
        text = _embedded_commands(utterance) + plain_text(utterance.text)
        done = watch.run(command, text, limit_s=limit_s)
        if done.code:
            raise VoiceError(f"say ended with exit code {done.code}", VoiceFault.FAILED)


def _embedded_commands(utterance: Utterance) -> str:
    """Volume and pitch: ``say`` has no options for them."""
    volume = f"[[volm {utterance.volume / 100:.2f}]] " if utterance.volume < 100 else ""
    steps = between(utterance.pitch, -_OCTAVE, 0, _OCTAVE)
    return volume + (f"[[pbas {steps:+.0f}]] " if utterance.pitch else "")
