"""espeak-ng as a separate program: small, robotic, the same on every system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.speech.programs import LISTING_S, ProgramVoice, Watch, between, plain_text, time_limit_s
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

REGIONS = {
    "Vietnamese (Northern)": "Miền Bắc",
    "Vietnamese (Central)": "Miền Trung",
    "Vietnamese (Southern)": "Miền Nam",
}
"""What espeak-ng calls its voices -> what the person reads."""

_SLOWEST, _NORMAL, _FASTEST = 80, 175, 450  # words per minute, the manual's range of -s
_LOWEST, _MIDDLE, _HIGHEST = 0, 50, 99  # the manual's range of -p
_UTF8 = "1"  # of -b


class EspeakNg(ProgramVoice):
    """A ``VoiceEngine``: ``rate`` becomes 80 to 450 words per minute, ``pitch`` 0 to 99.

    ``volume`` becomes an amplitude of 0 to 100, at which the sound just fills 16 bits; espeak-ng itself goes
    to 200, where it clips.
    """

    name = "espeak-ng"

    def _listed(self, watch: Watch) -> Sequence[VoiceInfo]:
        done = watch.run([self.name, "--voices=vi"], limit_s=LISTING_S)
        rows = [line.split() for line in done.output.splitlines()[1:]]
        voices = [(row[1], row[3].replace("_", " ")) for row in rows if len(row) > 3]
        return tuple(VoiceInfo(code, REGIONS.get(name, name), code) for code, name in voices)

    def _read(self, utterance: Utterance, sound: Path | None, watch: Watch) -> None:
        voice = self._voice(utterance, watch)
        words_per_minute = between(utterance.rate, _SLOWEST, _NORMAL, _FASTEST)
        pitch = between(utterance.pitch, _LOWEST, _MIDDLE, _HIGHEST)
        command = [
            self.name, "--stdin", "-b", _UTF8, "-v", voice.id,
            "-s", f"{words_per_minute:.0f}", "-p", f"{pitch:.0f}", "-a", str(utterance.volume),
        ]  # fmt: skip
        if sound:
            command += ["-w", str(sound)]
        limit_s = time_limit_s(utterance.text, words_per_minute / _NORMAL)
        done = watch.run(command, plain_text(utterance.text), limit_s=limit_s)
        if done.code:
            raise VoiceError(f"espeak-ng ended with exit code {done.code}", VoiceFault.FAILED)
        # Without a sound device espeak-ng 1.51 ends with exit code 0; its sound library, pcaudiolib, writes
        # such a line for every piece of sound that it could not play.
        if any(line.startswith("error:") for line in done.errors.splitlines()):
            raise VoiceError("espeak-ng could not play its sound", VoiceFault.NO_SOUND)
