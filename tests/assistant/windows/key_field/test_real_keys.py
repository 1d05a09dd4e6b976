"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.assistant.windows.key_field.form import (
    ROOT,
)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of this test's own."""
    pytest.importorskip("Xlib", reason="needs python-xlib, of the extra app")
    if not shutil.which("Xvfb"):
        pytest.skip("needs Xvfb: sudo apt-get install xvfb")
    readable, writable = os.pipe()
    command = ["Xvfb", "-displayfd", str(writable), "-screen", "0", "320x240x24", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writable], stderr=subprocess.DEVNULL) as server:
        os.close(writable)
        with os.fdopen(readable) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


REAL_KEYS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from Xlib import X, XK
from Xlib.display import Display
from Xlib.ext import xtest
from assistant.hotkeys.chord import Action
from assistant.messages import Messages
from assistant.windows.key_field import KeyField

app = QApplication(sys.argv)
field = KeyField(Action.SCREEN, Messages("vi"))
field.chord_changed.connect(lambda chord: print("chord", chord))
field.problem.connect(lambda text: print("problem", text))
field.show()
field.activateWindow()
field.setFocus()
display = Display()
waiting = [line.split("+") for line in sys.argv[1:]]

def press():
    if not waiting:
        return app.quit()
    codes = [display.keysym_to_keycode(XK.string_to_keysym(name)) for name in waiting.pop(0)]
    for code in codes:
        xtest.fake_input(display, X.KeyPress, code)
    for code in reversed(codes):
        xtest.fake_input(display, X.KeyRelease, code)
    display.sync()

timer = QTimer(interval=200)
timer.timeout.connect(press)
QTimer.singleShot(1000, timer.start)
app.exec()
"""


@pytest.mark.slow
def test_real_keys_on_an_x_server(display: str) -> None:
    """Shift before Alt makes Meta of Alt there, and Shift an exclamation mark of 1."""
    pressed = [
        "Control_L+Alt_L+Shift_L+1",
        "Control_L+Shift_L+Alt_L+5",
        "Shift_L+Alt_L+Control_L+m",
        "Control_L+Alt_L",
        "Control_L",
        "Control_L+Alt_L+Shift_L+KP_Insert",
        "BackSpace",
    ]
    done = subprocess.run(
        [sys.executable, "-c", REAL_KEYS, *pressed],
        cwd=ROOT,
        env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said = done.stdout.splitlines()
    assert said[:3] == ["chord Ctrl+Alt+Shift+1", "chord Ctrl+Alt+Shift+5", "chord Ctrl+Alt+Shift+M"]
    assert said[3].startswith("problem “Ctrl+Alt” mới chỉ có phím giữ kèm.")
    assert said[4].startswith("problem Không dùng được “Ctrl+Alt+Shift+KP_Insert”")
    assert said[5:] == ["chord "]
