"""A field that takes one hotkey by its keys.

Not run: Windows, whose virtual-key codes are read as its documentation gives them.
"""

from __future__ import annotations

from string import ascii_uppercase, digits

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from assistant.hotkeys.chord import Action, ChordError, Modifier, parse_chord
from assistant.messages import Messages
from assistant.windows.controls import identify

_Key = Qt.Key
_Held = Qt.KeyboardModifier

_MODIFIERS = {_Held.ControlModifier: Modifier.CTRL, _Held.AltModifier: Modifier.ALT,
              _Held.ShiftModifier: Modifier.SHIFT}  # fmt: skip
_CHOOSING = _Held.ControlModifier | _Held.AltModifier | _Held.MetaModifier
"""Without one of these a key is plain typing, Shift or not."""

_MODIFIER_KEYS = {_Key.Key_Control: Modifier.CTRL, _Key.Key_Alt: Modifier.ALT, _Key.Key_Shift: Modifier.SHIFT}
# X11 makes Meta of Alt while Shift is down, so Meta alone says nothing about the Windows key.
_NOT_YET_A_CHORD = frozenset({*_MODIFIER_KEYS, _Key.Key_Meta, _Key.Key_AltGr, _Key.Key_Super_L,
                              _Key.Key_Super_R, _Key.Key_NumLock, _Key.Key_ScrollLock})  # fmt: skip
_UNNAMED = frozenset({0, _Key.Key_unknown})
_CLEARING = frozenset({_Key.Key_Backspace, _Key.Key_Delete})
_READING = frozenset({_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home,
                      _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown})  # fmt: skip

_CHARACTERS = frozenset(ascii_uppercase + digits)
_DIGIT_ROW = "1234567890"
_FIRST_DIGIT_SCAN_CODE = 10
"""Of the key right of the one under Escape, on X11 and on Wayland: the kernel's KEY_1 plus 8."""


class KeyField(QLineEdit):
    """Shows the hotkey of an action; keys pressed in it become the hotkey.

    Backspace and Delete switch the hotkey off, Escape takes back what was changed since the field was
    entered, Tab and Shift+Tab leave, and the arrow keys read the text letter by letter.

    Signals:
        chord_changed(str): the chord that was chosen, even if it is the old one; empty when switched off.
        problem(str): why the keys cannot be a hotkey, in words; the old chord stays.
        capturing(bool): the focus came or went. Keys that are hotkeys already never reach the field, so
            global hotkeys should be let go meanwhile.

    Attributes:
        action: what the hotkey does.
        chord: in canonical form, such as ``Ctrl+Alt+Shift+M``; empty when the hotkey is off.

    Args:
        action: what the hotkey does.
        messages: the texts.
        chord: in canonical form, or empty.
    """

    chord_changed = Signal(str)
    problem = Signal(str)
    capturing = Signal(bool)

    def __init__(self, action: Action, messages: Messages, chord: str = "") -> None:
        super().__init__(chord)
        self.action, self.chord = action, chord
        self._messages = messages
        self._entered_with = chord
        self._held: set[Modifier] = set()
        identify(self, f"settings.hotkey-{action}", messages.text(f"hotkeys.action-{action}"))
        self.setPlaceholderText(messages.text("settings.hotkey-none"))
        self.describe("")
        # An input method would swallow the letters, and the menu offers to type and paste.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.textChanged.connect(self._on_text_changed)

    def set_chord(self, chord: str) -> None:
        """Show a chord in canonical form, or none; nothing is emitted."""
        self.chord = chord
        self.setText(chord)

    def describe(self, note: str) -> None:
        """Have a note read with the field, before how it is used."""
        hint = self._messages.text("settings.hotkey-hint")
        self.setAccessibleDescription(f"{note} {hint}".strip())

    def event(self, event: QEvent) -> bool:
        """Keep the keys that are being chosen from the shortcuts and mnemonics of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a chord once a key other than a modifier goes down."""
        key = event.key()
        if key in _NOT_YET_A_CHORD:
            if key in _MODIFIER_KEYS:
                self._held.add(_MODIFIER_KEYS[_Key(key)])
            return
        self._held.clear()
        choosing = bool(event.modifiers() & _CHOOSING)
        if not choosing and key in _READING:
            super().keyPressEvent(event)
        elif key in _UNNAMED or event.isAutoRepeat():
            return
        elif not choosing and key in _CLEARING:
            self._take("")
        elif not choosing and key == _Key.Key_Escape:
            self._restore(event)
        else:
            self._take(chord_text(event, QGuiApplication.platformName()))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Explain several modifiers without a key; a single one is how screen readers are silenced."""
        held, self._held = self._held, set()
        if event.key() in _MODIFIER_KEYS and len(held) > 1:
            self._take("+".join(modifier for modifier in Modifier if modifier in held))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Remember what Escape goes back to."""
        super().focusInEvent(event)
        self._entered_with = self.chord
        self.capturing.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Forget modifiers whose release goes to another window."""
        super().focusOutEvent(event)
        self._held.clear()
        self.capturing.emit(False)

    def _take(self, text: str) -> None:
        try:
            chord = str(parse_chord(text)) if text else ""
        except ChordError as exc:
            self.set_chord(self.chord)
            self.problem.emit(chord_problem(exc, self._messages))
            return
        self.set_chord(chord)
        self.chord_changed.emit(chord)

    def _restore(self, event: QKeyEvent) -> None:
        if self.chord == self._entered_with:
            event.ignore()  # nothing to take back, so Escape closes the window as everywhere
        else:
            self._take(self._entered_with)

    def _on_text_changed(self, text: str) -> None:
        """Judge text that was pasted or set by assistive technology as if its keys had been pressed."""
        if text != self.chord:
            self._take(text.strip())


def chord_problem(error: ChordError, messages: Messages) -> str:
    """Why a chord cannot be a hotkey, in words."""
    reason = messages.text(f"hotkeys.reserved-{error.owner}") if error.owner else ""
    return messages.text(f"hotkeys.{error.fault}", chord=error.chord, reason=reason)


def chord_text(event: QKeyEvent, platform: str) -> str:
    """What ``parse_chord`` is to judge for a press of a key that is no modifier.

    Args:
        event: the press.
        platform: Qt's name of it, such as ``xcb``; tells what the event's native codes mean.
    """
    names = [name for flag, name in _MODIFIERS.items() if event.modifiers() & flag]
    windows_key = ["Win"] if event.modifiers() & _Held.MetaModifier else []
    return "+".join([*windows_key, *names, _key_name(event, platform)])


def _key_name(event: QKeyEvent, platform: str) -> str:
    """The key's own name, whatever symbol Shift or the layout makes of it."""
    key = _Key.Key_Tab if event.key() == _Key.Key_Backtab else _Key(event.key())
    name = QKeySequence(QKeyCombination(key)).toString(QKeySequence.SequenceFormat.PortableText)
    if event.modifiers() & _Held.KeypadModifier:
        return "KP_Insert" if key == _Key.Key_Insert else f"KP_{name}"
    if platform == "windows" and chr(event.nativeVirtualKey()) in _CHARACTERS:
        return chr(event.nativeVirtualKey())
    if name in _CHARACTERS or platform not in ("xcb", "wayland"):
        return name
    place = event.nativeScanCode() - _FIRST_DIGIT_SCAN_CODE
    return _DIGIT_ROW[place] if 0 <= place < len(_DIGIT_ROW) else name
