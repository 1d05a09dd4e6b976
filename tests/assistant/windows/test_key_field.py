"""The field that takes a hotkey by its keys: pressed one by one, and on a real X server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from assistant.hotkeys.chord import DEFAULT_CHORDS, Action, ChordError, parse_chord
from assistant.messages import LANGUAGES, Messages
from assistant.windows.controls import label_for
from assistant.windows.key_field import KeyField, chord_problem, chord_text

ROOT = Path(__file__).resolve().parents[3]

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
META = Qt.KeyboardModifier.MetaModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier
ALL = CTRL | ALT | SHIFT

DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
FLAGS = {Key.Key_Control: CTRL, Key.Key_Alt: ALT, Key.Key_Shift: SHIFT, Key.Key_Meta: META}

OLD = "Ctrl+Alt+Shift+M"


class Form(QWidget):
    """A key field between two buttons, one of which has a mnemonic."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.messages = Messages("vi")
        self.field = KeyField(Action.SCREEN, self.messages, OLD)
        self.before, self.after = QPushButton("&Kia"), QPushButton("Sau")
        layout = QVBoxLayout(self)
        layout.addWidget(self.before)
        layout.addWidget(label_for(self.field, "&1. Màn hình:"))
        for control in (self.field, self.after):
            layout.addWidget(control)
        self.chords: list[str] = []
        self.problems: list[str] = []
        self.captures: list[bool] = []
        self.clicks: list[bool] = []
        self.field.chord_changed.connect(self.chords.append)
        self.field.problem.connect(self.problems.append)
        self.field.capturing.connect(self.captures.append)
        self.before.clicked.connect(lambda: self.clicks.append(True))

    def why_not(self, chord: str) -> str:
        """The words for a chord that cannot be a hotkey."""
        with pytest.raises(ChordError) as refused:
            parse_chord(chord)
        return chord_problem(refused.value, self.messages)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(qtbot)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.field.setFocus()
    return form


@pytest.mark.parametrize(
    ("key", "modifiers", "chord"),
    [
        (Key.Key_K, ALL, "Ctrl+Alt+Shift+K"),
        (Key.Key_K, ALT | SHIFT, "Alt+Shift+K"),
        (Key.Key_5, ALL, "Ctrl+Alt+Shift+5"),
        (Key.Key_F9, CTRL, "Ctrl+F9"),
        (Key.Key_Space, ALL, "Ctrl+Alt+Shift+Space"),
        (Key.Key_Return, ALL, "Ctrl+Alt+Shift+Enter"),
        (Key.Key_PageUp, CTRL | ALT, "Ctrl+Alt+PageUp"),
        (Key.Key_Left, ALL, "Ctrl+Alt+Shift+Left"),
        (Key.Key_Backspace, ALL, "Ctrl+Alt+Shift+Backspace"),
        (Key.Key_Escape, ALL, "Ctrl+Alt+Shift+Escape"),
        (Key.Key_Backtab, ALL, "Ctrl+Alt+Shift+Tab"),
        (Key.Key_M, ALL, OLD),
    ],
)
def test_keys_become_the_hotkey(
    qtbot: QtBot, form: Form, key: Qt.Key, modifiers: Qt.KeyboardModifier, chord: str
) -> None:
    qtbot.keyClick(form.field, key, modifiers)
    assert (form.chords, form.problems) == ([chord], [])
    assert form.field.text() == form.field.chord == chord


@pytest.mark.parametrize(
    ("key", "modifiers", "judged"),
    [
        (Key.Key_A, NONE, "A"),
        (Key.Key_A, SHIFT, "Shift+A"),
        (Key.Key_F5, NONE, "F5"),
        (Key.Key_Return, NONE, "Return"),
        (Key.Key_C, CTRL, "Ctrl+C"),
        (Key.Key_V, CTRL, "Ctrl+V"),
        (Key.Key_Z, ALT, "Alt+Z"),
        (Key.Key_D, CTRL | SHIFT, "Ctrl+Shift+D"),
        (Key.Key_D, CTRL | ALT, "Ctrl+Alt+D"),
        (Key.Key_F2, CTRL | ALT, "Ctrl+Alt+F2"),
        (Key.Key_F4, ALT, "Alt+F4"),
        (Key.Key_F12, ALL, "Ctrl+Alt+Shift+F12"),
        (Key.Key_M, META, "Win+M"),
        (Key.Key_M, META | SHIFT, "Win+Shift+M"),
        (Key.Key_Insert, ALL, "Ctrl+Alt+Shift+Ins"),
        (Key.Key_CapsLock, CTRL, "Ctrl+CapsLock"),
        (Key.Key_Insert, ALL | KEYPAD, "Ctrl+Alt+Shift+KP_Insert"),
        (Key.Key_5, ALL | KEYPAD, "Ctrl+Alt+Shift+KP_5"),
        (Key.Key_Comma, ALL, "Ctrl+Alt+Shift+,"),
        (Key.Key_Plus, ALL, "Ctrl+Alt+Shift++"),
        (Key.Key_Print, ALL, "Ctrl+Alt+Shift+Print"),
    ],
)
def test_refused_keys_are_explained_and_the_old_ones_stay(
    qtbot: QtBot, form: Form, key: Qt.Key, modifiers: Qt.KeyboardModifier, judged: str
) -> None:
    qtbot.keyClick(form.field, key, modifiers)
    assert (form.chords, form.problems) == ([], [form.why_not(judged)])
    assert form.field.text() == form.field.chord == OLD


def test_the_explanation_names_the_keys_and_their_owner(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClick(form.field, Key.Key_D, CTRL | SHIFT)
    (problem,) = form.problems
    assert problem.startswith("Không dùng được “Ctrl+Shift+D”: bộ gõ tiếng Việt")


def send(form: Form, kind: QEvent.Type, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """One event and no more; qtbot would press and release the modifiers around it."""
    QApplication.sendEvent(form.field, QKeyEvent(kind, key, modifiers))


def hold(form: Form, *keys: Qt.Key) -> None:
    """Hold keys one after another, each event with the modifiers that are down, then let go."""
    down = NONE
    for key in keys:
        down |= FLAGS.get(key, NONE)
        send(form, DOWN, key, down)
    for key in reversed(keys):
        down &= ~FLAGS.get(key, NONE)
        send(form, UP, key, down)


class TestKeysOneByOne:
    @pytest.mark.parametrize(
        "modifiers",
        [
            (Key.Key_Control, Key.Key_Alt, Key.Key_Shift),
            (Key.Key_Shift, Key.Key_Alt, Key.Key_Control),
        ],
    )
    def test_modifiers_come_first(self, form: Form, modifiers: tuple[Qt.Key, ...]) -> None:
        hold(form, *modifiers, Key.Key_H)
        assert (form.chords, form.problems) == (["Ctrl+Alt+Shift+H"], [])

    def test_several_modifiers_alone_are_explained_once(self, form: Form) -> None:
        hold(form, Key.Key_Shift, Key.Key_Control)
        assert (form.chords, form.problems) == ([], [form.why_not("Ctrl+Shift")])
        assert form.field.text() == OLD

    @pytest.mark.parametrize(
        "key", [Key.Key_Control, Key.Key_Shift, Key.Key_Alt, Key.Key_Meta, Key.Key_AltGr, Key.Key_NumLock]
    )
    def test_one_alone_means_nothing(self, form: Form, key: Qt.Key) -> None:
        """A press of Ctrl silences a screen reader; it must not start to explain."""
        hold(form, key)
        assert (form.chords, form.problems) == ([], [])

    def test_sticky_keys(self, form: Form) -> None:
        """GIVEN modifiers that latch, WHEN each is let go before the next, THEN nothing is explained."""
        send(form, DOWN, Key.Key_Control, CTRL)
        send(form, UP, Key.Key_Control, CTRL)
        send(form, DOWN, Key.Key_Alt, CTRL | ALT)
        send(form, UP, Key.Key_Alt, CTRL | ALT)
        send(form, DOWN, Key.Key_PageUp, CTRL | ALT)
        assert (form.chords, form.problems) == (["Ctrl+Alt+PageUp"], [])

    def test_modifiers_do_not_outlive_the_focus(self, form: Form) -> None:
        send(form, DOWN, Key.Key_Control, CTRL)
        form.after.setFocus()
        form.field.setFocus()
        hold(form, Key.Key_Alt)
        assert form.problems == []

    def test_a_held_key_counts_once(self, form: Form) -> None:
        for repeated in (False, True, True):
            QApplication.sendEvent(form.field, QKeyEvent(DOWN, Key.Key_H, ALL, "h", repeated))
        assert form.chords == ["Ctrl+Alt+Shift+H"]


class TestOtherKeys:
    @pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Delete])
    def test_clearing(self, qtbot: QtBot, form: Form, key: Qt.Key) -> None:
        qtbot.keyClick(form.field, key)
        assert (form.chords, form.problems) == ([""], [])
        assert form.field.text() == form.field.chord == ""

    def test_tab_and_shift_tab_leave(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_Tab)
        assert form.after.hasFocus()
        form.field.setFocus()
        qtbot.keyClick(form.field, Key.Key_Backtab, SHIFT)
        assert form.before.hasFocus()
        assert (form.chords, form.problems) == ([], [])

    def test_escape_takes_back_what_was_there_when_the_field_was_entered(
        self, qtbot: QtBot, form: Form
    ) -> None:
        qtbot.keyClick(form.field, Key.Key_K, ALL)
        qtbot.keyClick(form.field, Key.Key_Delete)
        qtbot.keyClick(form.field, Key.Key_Escape)
        assert form.chords[-1] == form.field.text() == OLD

    def test_what_was_left_in_the_field_is_not_taken_back(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_K, ALL)
        form.after.setFocus()
        form.field.setFocus()
        qtbot.keyClick(form.field, Key.Key_Escape)
        assert form.field.text() == "Ctrl+Alt+Shift+K"

    def test_escape_goes_to_the_window_when_there_is_nothing_to_take_back(self, form: Form) -> None:
        event = QKeyEvent(DOWN, Key.Key_Escape, NONE)
        form.field.keyPressEvent(event)
        assert not event.isAccepted()

    def test_arrows_read_the_text(self, qtbot: QtBot, form: Form) -> None:
        form.field.setCursorPosition(0)
        qtbot.keyClick(form.field, Key.Key_Right)
        assert form.field.cursorPosition() == 1
        qtbot.keyClick(form.field, Key.Key_End, SHIFT)
        assert form.field.selectedText() == OLD[1:]
        assert (form.chords, form.problems) == ([], [])

    def test_mnemonics_of_the_window_wait(self, qtbot: QtBot, form: Form) -> None:
        """GIVEN a button on Alt+K, THEN Alt+K in the field is judged, and outside it presses the button."""
        qtbot.keyClick(form.field, Key.Key_K, ALT)
        assert (form.clicks, form.problems) == ([], [form.why_not("Alt+K")])
        qtbot.keyClick(form.after, Key.Key_K, ALT)
        qtbot.waitUntil(lambda: len(form.clicks) == 1)

    def test_keys_without_a_name_are_passed_over(self, qtbot: QtBot, form: Form) -> None:
        qtbot.keyClick(form.field, Key.Key_unknown, ALL)
        assert (form.chords, form.problems) == ([], [])

    def test_text_that_is_set_otherwise_is_judged_alike(self, form: Form) -> None:
        """Assistive technology sets the text of a field; a middle click pastes into it."""
        form.field.setText("shift+alt+ctrl+b")
        assert form.chords == ["Ctrl+Alt+Shift+B"]
        form.field.insert("x")
        assert form.field.text() == "Ctrl+Alt+Shift+B"
        assert len(form.problems) == 1


class TestAccessibility:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_name_value_and_description(self, qtbot: QtBot, language: str) -> None:
        messages = Messages(language)
        field = KeyField(Action.STOP, messages, OLD)
        qtbot.addWidget(field)
        seen = QAccessible.queryAccessibleInterface(field)
        assert seen.text(QAccessible.Text.Name) == messages.text("hotkeys.action-stop")
        assert seen.text(QAccessible.Text.Value) == OLD
        assert seen.text(QAccessible.Text.Description) == messages.text("settings.hotkey-hint")
        assert field.accessibleIdentifier() == "settings.hotkey-stop"

    def test_the_window_learns_when_keys_are_captured(self, form: Form) -> None:
        form.after.setFocus()
        form.field.setFocus()
        assert form.captures[-2:] == [False, True]


@pytest.mark.parametrize(
    ("platform", "key", "scan_code", "virtual_key", "chord"),
    [
        # Shift makes other symbols of the digits, and each layout its own.
        ("xcb", Key.Key_Exclam, 10, 0x21, "1"),
        ("xcb", Key.Key_ParenRight, 19, 0x29, "0"),
        ("wayland", Key.Key_Percent, 14, 0x25, "5"),
        ("windows", Key.Key_Exclam, 0x02, 0x31, "1"),
        ("xcb", Key.Key_Dead_Circumflex, 15, 0xFE52, "6"),
        ("xcb", Key(0x102), 10, 0x1C3, "1"),  # ă, on the Vietnamese layout
        # A layout with digits elsewhere: the digit counts, not the place.
        ("xcb", Key.Key_7, 11, 0x37, "7"),
        # Russian letters have the virtual keys of the Latin ones in their place.
        ("windows", Key(0x0424), 0x1E, 0x41, "A"),
        # 0x21 is the virtual key of Page Up, and elsewhere the symbol of the exclamation mark.
        ("windows", Key.Key_PageUp, 0x49, 0x21, "PgUp"),
        ("xcb", Key.Key_Less, 59, 0x3C, "<"),
        ("offscreen", Key.Key_Exclam, 10, 0x21, "!"),
    ],
)
def test_the_key_counts_and_not_its_symbol(
    platform: str, key: Qt.Key, scan_code: int, virtual_key: int, chord: str
) -> None:
    event = QKeyEvent(DOWN, key, ALL, scan_code, virtual_key, 0)
    assert chord_text(event, platform) == f"Ctrl+Alt+Shift+{chord}"


@pytest.mark.parametrize("chord", DEFAULT_CHORDS.values())
def test_every_default_can_be_typed(qtbot: QtBot, form: Form, chord: str) -> None:
    name = chord.rpartition("+")[2]
    qtbot.keyClick(form.field, Key[f"Key_{name}"], ALL)
    assert form.field.chord == chord


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
