"""Piper as a separate program, with voices that the person installed."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from assistant.environment import APP_NAME, program_path
from assistant.speech.programs import Ended, Watch, between, choose_voice, time_limit_s
from assistant.speech.sentences import sentences
from assistant.speech.sound_files import SoundPlayer, decode, write_wav
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo

_log = logging.getLogger(__name__)

_SUFFIX = ".onnx"
_SLOWEST, _NORMAL, _FASTEST = 0.5, 1.0, 2.5  # times the voice's own speed; beyond it syllables are lost
_LOADING_S = 20.0  # a voice of 60 MB from a slow disk


def voices_folder() -> Path:
    """Where voices the person installs are kept."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "voices"


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice of Piper: ``NAME.onnx`` with ``NAME.onnx.json`` beside it.

    Attributes:
        model: the network.
        info: what the person chooses by.
        length_scale: how long the voice's sounds last, unless told otherwise.
    """

    model: Path
    info: VoiceInfo
    length_scale: float


def read_voice(model: Path) -> InstalledVoice:
    """Check what Piper would need of a voice.

    Raises:
        ValueError: its description is missing or damaged, or it does not speak Vietnamese.
    """
    try:
        config: dict[str, Any] = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
        spoken = config["espeak"]["voice"]
        language = config.get("language", {}).get("code", spoken).replace("_", "-")
        rate = int(config["audio"]["sample_rate"])
        length_scale = float(config.get("inference", {}).get("length_scale", 1.0))
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as exc:
        raise ValueError(f"cannot read {model.name}.json: {exc!r}") from exc
    if language.split("-")[0] != "vi":
        raise ValueError(f"{model.name} speaks {language}, not Vietnamese")
    if rate <= 0 or length_scale <= 0:
        raise ValueError(f"{model.name}.json gives {rate} Hz and a length scale of {length_scale}")
    name = model.name.removesuffix(_SUFFIX)
    return InstalledVoice(model, VoiceInfo(name, name, language), length_scale)


class Piper:
    """A ``VoiceEngine``: ``rate`` becomes half to 2.5 times the voice's speed; there is no ``pitch``.

    While a sentence is heard the next ones are made, so that the first is heard early.

    Args:
        player: makes the sound files heard.
        folder: where the voices are; ``None`` takes ``voices_folder()``.
    """

    name = "piper"
    online = False

    def __init__(self, player: SoundPlayer, folder: Path | None = None) -> None:
        self._player = player
        self._folder = folder or voices_folder()
        self._reported: set[Path] = set()
        self._watch: Watch | None = None

    def is_installed(self) -> bool:
        """Whether the program and at least one voice are there."""
        return program_path(self.name) is not None and bool(self._voices())

    def voices(self) -> Sequence[VoiceInfo]:
        """See ``VoiceEngine``. Broken voices are left out and reported in the log."""
        return tuple(voice.info for voice in self._voices())

    def speak(self, utterance: Utterance) -> None:
        """See ``VoiceEngine``."""
        watch = self._watch = Watch()
        try:
            self._read(utterance, watch)
        except Ended:
            _log.debug("piper was stopped")
        finally:
            self._watch = None

    def stop(self) -> None:
        """See ``VoiceEngine``."""
        if watch := self._watch:
            watch.end()
            self._player.stop()

    def save(self, utterance: Utterance, path: Path) -> None:
        """See ``VoiceEngine``; ``stop`` does not end it."""
        parts = self._parts(utterance)
        with tempfile.TemporaryDirectory(prefix="viclipcap-") as folder:
            maker = _Maker(self._voice(utterance), utterance.rate, Path(folder), Watch())
            sounds = [decode(maker.make(part).read_bytes()) for part in parts]
        samples = np.concatenate([samples for samples, _ in sounds]) * (utterance.volume / 100)
        write_wav(path, samples.astype(np.int16), sounds[0][1])

    def _read(self, utterance: Utterance, watch: Watch) -> None:
        parts, voice = self._parts(utterance), self._voice(utterance)
        with tempfile.TemporaryDirectory(prefix="viclipcap-") as folder, ThreadPoolExecutor(1) as thread:
            maker = _Maker(voice, utterance.rate, Path(folder), watch)
            sounds = [thread.submit(maker.make, part) for part in parts]
            try:
                for sound in sounds:
                    path = sound.result()
                    if watch.ended:
                        return
                    self._player.play(path, utterance.volume)
            finally:
                watch.end()  # else the folder would wait for sentences that nobody will hear

    def _parts(self, utterance: Utterance) -> list[str]:
        """Pieces with something to read, each in one line: Piper reads line by line."""
        lines = [" ".join(piece.split()) for piece in sentences(utterance.text)]
        parts = [line for line in lines if any(map(str.isalnum, line))]
        if not parts:
            raise VoiceError("a text without letters and digits holds nothing to read", VoiceFault.FAILED)
        return parts

    def _voice(self, utterance: Utterance) -> InstalledVoice:
        voices = self._voices()
        chosen = choose_voice([voice.info for voice in voices], utterance.voice, self.name)
        return next(voice for voice in voices if voice.info is chosen)

    def _voices(self) -> list[InstalledVoice]:
        voices = []
        for model in sorted(self._folder.glob(f"*{_SUFFIX}")):
            try:
                voices.append(read_voice(model))
            except ValueError as exc:
                if model not in self._reported:
                    _log.warning("a voice was left out: %s", exc)
                self._reported.add(model)
        return voices


class _Maker:
    """Makes sound files, one after the other."""

    def __init__(self, voice: InstalledVoice, rate: int, folder: Path, watch: Watch) -> None:
        self._voice, self._folder, self._watch = voice, folder, watch
        self._speed = between(rate, _SLOWEST, _NORMAL, _FASTEST)
        self._made = 0

    def make(self, sentence: str) -> Path:
        """Have one sentence read into a WAV file.

        Raises:
            Ended: the watch was ended.
            VoiceError: the program failed.
        """
        self._made += 1
        path = self._folder / f"{self._made}.wav"
        command = [
            Piper.name, "--model", str(self._voice.model), "--output_file", str(path),
            "--length_scale", f"{self._voice.length_scale / self._speed:.3f}",
        ]  # fmt: skip
        limit_s = _LOADING_S + time_limit_s(sentence, self._speed)
        done = self._watch.run(command, f"{sentence}\n", limit_s=limit_s)
        if done.code or not path.is_file():
            last_words = done.errors.strip().rpartition("\n")[2]
            problem = f"piper wrote no sound, exit code {done.code}: {last_words}"
            raise VoiceError(problem, VoiceFault.FAILED)
        return path
