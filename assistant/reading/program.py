"""A program that is given bytes, watched, and ended from any thread."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from assistant.environment import program_path
from assistant.reading.reader import ReadingCancelled, ReadingError, ReadingFault

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0


class Program:
    """Runs one program after the other for one piece of work.

    Args:
        name: of the program.
        variables: added to its environment.
    """

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self._name, self._variables = name, variables
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    def run(self, arguments: Sequence[str], given: bytes = b"", *, limit_s: float) -> bytes:
        """Run the program to its end.

        Args:
            arguments: after its name.
            given: goes to its standard input.
            limit_s: seconds after which it is killed.

        Returns:
            What it wrote to standard output.

        Raises:
            ReadingError: MISSING, TIMED_OUT, or FAILED for an exit code other than 0.
            ReadingCancelled: ``cancel`` was called, also if before.
        """
        with self._start(arguments) as process:
            try:
                output, errors = process.communicate(given, limit_s)
            except subprocess.TimeoutExpired as exc:
                problem = f"{self._name} was killed: it had not ended after {limit_s:.0f} s"
                raise ReadingError(problem, ReadingFault.TIMED_OUT) from exc
            finally:
                _kill(process)
        if self._cancelled:
            raise ReadingCancelled
        if process.returncode:
            told = errors.decode(errors="replace").strip()[-200:]
            raise ReadingError(
                f"{self._name} ended with exit code {process.returncode}: {told}", ReadingFault.FAILED
            )
        return output

    def cancel(self) -> None:
        """Kill what runs and let nothing start any more; does not wait."""
        with self._lock:
            self._cancelled = True
            if self._process:
                _kill(self._process)

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        pipe, program = subprocess.PIPE, program_path(self._name) or self._name
        with self._lock:
            if self._cancelled:
                raise ReadingCancelled
            try:
                self._process = subprocess.Popen(
                    [program, *arguments], stdin=pipe, stdout=pipe, stderr=pipe,
                    env={**os.environ, **self._variables}, start_new_session=True, creationflags=_FLAGS,
                )  # fmt: skip
            except OSError as exc:
                problem = f"{self._name} could not be started: {exc.strerror}"
                raise ReadingError(problem, ReadingFault.MISSING) from exc
            return self._process


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        # macOS refuses the signal to a group that has just died.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
