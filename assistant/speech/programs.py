"""Voices that are separate programs: started, watched, ended from any thread."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from assistant.environment import program_path
from assistant.speech.voice import Utterance, VoiceError, VoiceFault, VoiceInfo
from assistant.storage import SHARED, write_atomically

_log = logging.getLogger(__name__)

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0

_START_S = 5.0
_SECONDS_PER_CHARACTER = 0.3  # four times what espeak-ng takes at its normal speed

LISTING_S = 5.0
"""How long a program may take to list its voices."""

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COMMAND_MARK = re.compile(r"\[(?=\[)")


class Ended(Exception):
    """Somebody wanted silence; no error."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What is left of a program that ended by itself.

    Attributes:
        code: exit code.
        output: what it wrote to standard output.
        errors: what it wrote to standard error.
    """

    code: int
    output: str
    errors: str


class Watch:
    """Runs the programs that one piece of work needs, one after the other, and ends them when asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether ``end`` was called."""
        return self._ended

    def run(self, command: Sequence[str], text: str = "", *, limit_s: float) -> Finished:
        """Run a program to its end.

        Args:
            command: program and arguments.
            text: goes to its standard input in UTF-8, where no list of processes shows it.
            limit_s: seconds after which it is killed.

        Raises:
            Ended: ``end`` was called, also if before.
            VoiceError: MISSING, or TIMED_OUT.
        """
        if self._ended:
            raise Ended
        with self._start(command) as process:
            try:
                self._take_charge(process)
                output, errors = process.communicate(text.encode(errors="replace"), limit_s)
            except subprocess.TimeoutExpired as exc:
                problem = f"{command[0]} was killed: it had not ended after {limit_s:.0f} s"
                raise VoiceError(problem, VoiceFault.TIMED_OUT) from exc
            finally:
                _kill(process)
        if self._ended:
            raise Ended
        return Finished(process.returncode, output.decode(errors="replace"), errors.decode(errors="replace"))

    def end(self) -> None:
        """Kill what runs and let nothing start any more; does not wait."""
        with self._lock:
            self._ended = True
            if self._process:
                _kill(self._process)

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        program = program_path(command[0]) or command[0]
        environment = {**os.environ, "PYTHONUTF8": "1"}  # programs in Python would follow the locale
        try:
            # A session of its own, so that what the program starts dies with it.
            return subprocess.Popen(
                [program, *command[1:]], stdin=pipe, stdout=pipe, stderr=pipe, env=environment,
                start_new_session=True, creationflags=_FLAGS,
            )  # fmt: skip
        except OSError as exc:
            problem = f"{command[0]} could not be started: {exc.strerror}"
            raise VoiceError(problem, VoiceFault.MISSING) from exc

    def _take_charge(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._process = process
            if self._ended:
                raise Ended


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        # macOS refuses the signal to a group that has just died.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


class ProgramVoice(ABC):
    """A ``VoiceEngine`` that is a program which speaks by itself, or writes a WAV file."""

    name: ClassVar[str]
    """Of the engine and of the program."""

    online = False

    def __init__(self) -> None:
        self._known: Sequence[VoiceInfo] = ()
        self._watch: Watch | None = None

    def is_installed(self) -> bool:
        """See ``VoiceEngine``."""
        return program_path(self.name) is not None

    def voices(self) -> Sequence[VoiceInfo]:
        """See ``VoiceEngine``."""
        self._known = self._listed(Watch())
        return self._known

    def speak(self, utterance: Utterance) -> None:
        """See ``VoiceEngine``."""
        watch = self._watch = Watch()
        try:
            self._read(utterance, None, watch)
        except Ended:
            _log.debug("%s was stopped", self.name)
        finally:
            self._watch = None

    def stop(self) -> None:
        """See ``VoiceEngine``."""
        if watch := self._watch:
            watch.end()

    def save(self, utterance: Utterance, path: Path) -> None:
        """See ``VoiceEngine``; ``stop`` does not end it."""
        with tempfile.TemporaryDirectory(prefix="viclipcap-") as folder:
            sound = Path(folder) / "speech.wav"
            self._read(utterance, sound, Watch())
            if not sound.is_file():
                raise VoiceError(f"{self.name} wrote no sound", VoiceFault.FAILED)
            try:
                write_atomically(path, sound.read_bytes(), mode=SHARED)
            except OSError as exc:
                raise VoiceError(f"cannot write {path}: {exc.strerror}", VoiceFault.NOT_WRITABLE) from exc

    @abstractmethod
    def _listed(self, watch: Watch) -> Sequence[VoiceInfo]:
        """The Vietnamese voices, the default first."""

    @abstractmethod
    def _read(self, utterance: Utterance, sound: Path | None, watch: Watch) -> None:
        """Read a text aloud, or into a WAV file."""

    def _voice(self, utterance: Utterance, watch: Watch) -> VoiceInfo:
        self._known = self._known or self._listed(watch)
        return choose_voice(self._known, utterance.voice, self.name)


def choose_voice(voices: Sequence[VoiceInfo], wanted: str, engine: str) -> VoiceInfo:
    """The voice with an id; the first one for an empty id.

    Raises:
        VoiceError: UNKNOWN_VOICE, or MISSING when there is none at all.
    """
    if not voices:
        raise VoiceError(f"{engine} has no Vietnamese voice", VoiceFault.MISSING)
    for voice in voices:
        if wanted in ("", voice.id):
            return voice
    raise VoiceError(f"{engine} has no Vietnamese voice {wanted!r}", VoiceFault.UNKNOWN_VOICE)


def plain_text(text: str) -> str:
    """A text in which nothing is taken for a command: espeak-ng and say read ``[[...]]`` as one."""
    return _COMMAND_MARK.sub("[ ", _UNSPEAKABLE.sub(" ", text))


def between(percent: int, lowest: float, normal: float, highest: float) -> float:
    """A value in an engine's range, linear on both sides of the normal one.

    Args:
        percent: -100 gives the lowest, 0 the normal, 100 the highest value; what lies outside is cut off.
        lowest: end of the range.
        normal: what the engine does unless told.
        highest: other end of the range.
    """
    share = min(abs(percent), 100) / 100
    return normal + share * ((highest if percent > 0 else lowest) - normal)


def time_limit_s(text: str, speed: float) -> float:
    """Seconds after which a voice that still reads has got stuck.

    Args:
        text: what it reads.
        speed: 1 is the normal one.
    """
    return _START_S + _SECONDS_PER_CHARACTER * len(text) / speed
