"""A desktop without a screen: X server, window manager, session bus, accessibility bus, a reader."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).resolve().parents[2]
FAKE_ORCA = Path(__file__).resolve().parents[1] / "assistant" / "speech" / "readers" / "fake_orca.py"

HERE = Path(__file__).resolve().parent
SYSTEM_PYTHON = "/usr/bin/python3"
AT_SPI = "/usr/libexec/at-spi-bus-launcher"

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-daemon", "xclip")


def missing_parts() -> str:
    """What this computer lacks for a desktop, in words; empty when nothing."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    lacking += [path for path in (AT_SPI, SYSTEM_PYTHON) if not Path(path).exists()]
    if not lacking:
        check = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
        if subprocess.run([SYSTEM_PYTHON, "-c", check], capture_output=True, check=False).returncode:
            lacking = ["python3-gi with gir1.2-atspi-2.0"]
    return ", ".join(lacking)


class Desktop:
    """Everything a person's session has; used in a ``with`` statement.

    Args:
        folder: for logs and for the homes of programs.
        size: of the screen, in pixels.

    Attributes:
        has_recent_orca: a stand-in for Orca with its service is running; it speaks what it is given.
    """

    has_recent_orca = True

    def __init__(self, folder: Path, size: str = "1280x800") -> None:
        self.folder, self._size = folder, size
        self.environment: dict[str, str] = dict(os.environ)
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _begin(self) -> None:
        screen = ("-screen", "0", f"{self._size}x24")
        # A server that starts anew when its last window is gone takes the window manager with it.
        server = self.start("Xvfb", "-displayfd", "1", *screen, "-nolisten", "tcp", "-noreset")
        assert server.stdout
        display = server.stdout.readline().strip()
        bus = self.start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        assert bus.stdout
        self.environment |= {
            "DISPLAY": f":{display}",
            "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "XDG_SESSION_TYPE": "x11",
            "NO_AT_BRIDGE": "0",
        }
        for name in ("WAYLAND_DISPLAY", "PYTEST_CURRENT_TEST"):
            self.environment.pop(name, None)
        for kind in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
            home = self.folder / kind.lower()
            home.mkdir(mode=0o700)
            self.environment[f"XDG_{kind}_{'DIR' if kind == 'RUNTIME' else 'HOME'}"] = str(home)
        self.start(AT_SPI, "--launch-immediately")
        self.start("openbox")
        reader = self.start(SYSTEM_PYTHON, str(HERE / "reader.py"), stdin=subprocess.PIPE)
        self.reader = Reader(reader, self._start_orca() if self.has_recent_orca else None)

    def _start_orca(self) -> subprocess.Popen[str]:
        return self.start("env", f"PYTHONPATH={ROOT}", SYSTEM_PYTHON, str(FAKE_ORCA), "51", "well")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_speech_dispatcher()
        for process in reversed(self._running):
            process.terminate()  # and not kill: at-spi ends the bus it has started
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        """Start a program in the session; its output can be read, its errors go to a log."""
        log = (self.folder / f"{Path(command[0]).name}.log").open("a")
        with log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=log,
                **options,
            )  # fmt: skip
        self._running.append(process)
        return process

    def _end_speech_dispatcher(self) -> None:
        """The own voice may have started it; it belongs to no process of the session."""
        pid = self.folder / "runtime" / "speech-dispatcher" / "pid" / "speech-dispatcher.pid"
        if pid.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGKILL)  # it hangs while it ends without a sound device

    def end(self, process: subprocess.Popen[str]) -> None:
        """End a program."""
        process.terminate()
        process.wait(10)

    def run(self, *command: str, **options: Any) -> str:
        """Run a program to its end and give its output."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=True, timeout=30,
            **options,
        )  # fmt: skip
        return done.stdout

    def press(self, chord: str) -> None:
        """Press keys as a person does, whatever window has the focus."""
        self.run("xdotool", "key", "--clearmodifiers", chord)

    def bring_up(self, title: str) -> None:
        """Give a window the focus, as a person does who goes from program to program."""
        self.run("xdotool", "search", "--onlyvisible", "--name", title, "windowactivate", "--sync")

    def show_photo(self, picture: Path, title: str, *geometry: int) -> subprocess.Popen[str]:
        """Another program shows a picture: left, top, width, height."""
        return self._show(title, "photo_window.py", str(picture), title, *map(str, geometry))

    def show_text(self, title: str, *text: str) -> subprocess.Popen[str]:
        """Another program shows a text over the whole screen; without one, it is black."""
        return self._show(title, "text_window.py", title, *text)

    def _show(self, title: str, shower: str, *arguments: str) -> subprocess.Popen[str]:
        process = self.start(sys.executable, str(HERE / shower), *arguments)
        assert process.stdout
        assert process.stdout.readline().strip() == "shown"
        self.run("xdotool", "search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync")
        time.sleep(0.3)  # until it is painted
        return process


EVENT, SERVICE = "announcement event", "Orca's service"
"""The ways in which a sentence reaches a reader."""


class Reader:
    """What a screen reader hears and sees.

    Args:
        process: reads the app through AT-SPI.
        orca: has the service of a recent Orca; ``None`` where there is none.

    Attributes:
        way: ``EVENT`` or ``SERVICE``: how the last sentence came that was heard.
    """

    def __init__(self, process: subprocess.Popen[str], orca: subprocess.Popen[str] | None) -> None:
        self._process = process
        self.way = ""
        self._said: queue.Queue[tuple[str, str]] = queue.Queue()
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        if orca and orca.stdout:
            assert json.loads(orca.stdout.readline()) == "ready"
            threading.Thread(target=self._listen_to_orca, args=(orca.stdout,), daemon=True).start()
        assert self._answers.get(timeout=20) == {"ready": True}

    def hear(self, limit_s: float = 20.0) -> str:
        """What is said next, as an announcement event or through Orca's service.

        Raises:
            queue.Empty: none came in time.
        """
        self.way, sentence = self._said.get(timeout=limit_s)
        return sentence

    def hears_nothing(self, seconds: float) -> bool:
        """Whether nothing is announced for a while."""
        try:
            self._said.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def forget(self) -> list[str]:
        """Everything that was announced and not asked for yet."""
        said = []
        while not self._said.empty():
            said.append(self._said.get()[1])
        return said

    def look(self, identifier: str) -> dict[str, Any]:
        """A control by its accessible id: ``text``, ``name``, ``focused``."""
        assert self._process.stdin
        self._process.stdin.write(identifier + "\n")
        self._process.stdin.flush()
        return self._answers.get(timeout=20)

    def wait_for(self, identifier: str, limit_s: float = 30.0) -> dict[str, Any]:
        """A control, as soon as there is one of this id."""
        end = time.monotonic() + limit_s
        while (found := self.look(identifier))["name"] is None:
            assert time.monotonic() < end, f"no control {identifier}"
            time.sleep(0.2)
        return found

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            values = json.loads(line)
            if "said" in values:
                self._said.put((EVENT, values["said"]))
            else:
                self._answers.put(values)

    def _listen_to_orca(self, lines: IO[str]) -> None:
        for line in lines:
            call = json.loads(line)
            if call["method"] == "PresentMessage":
                self._said.put((SERVICE, call["given"][0]))
