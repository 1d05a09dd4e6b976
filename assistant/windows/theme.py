"""Colours and sizes: light, dark and high contrast, text up to 200 %."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from assistant.settings import ReduceMotion, Settings, Theme


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. All pairs that stand on one another have a contrast of at least 4.5 : 1 (WCAG 1.4.3).

    Attributes:
        window, text: background of windows, and what is written on it.
        field, field_text: of boxes for reading and writing.
        button, button_text: of buttons.
        selected, selected_text: what is selected.
        focus: frame around what has the focus.
        border: frame of controls.
        progress: the part of a bar that is done; ``field_text`` is written across both parts.
    """

    window: str
    text: str
    field: str
    field_text: str
    button: str
    button_text: str
    selected: str
    selected_text: str
    focus: str
    border: str
    progress: str


THEMES: Mapping[Theme, Colours] = MappingProxyType(
    {
        "light": Colours(
            window="#f4f4f4", text="#1a1a1a", field="#ffffff", field_text="#1a1a1a",
            button="#e4e4e4", button_text="#1a1a1a", selected="#1a4fa0", selected_text="#ffffff",
            focus="#1a4fa0", border="#6b6b6b", progress="#7fa8e0",
        ),
        "dark": Colours(
            window="#1e1e1e", text="#f0f0f0", field="#121212", field_text="#f0f0f0",
            button="#333333", button_text="#f0f0f0", selected="#9cc4ff", selected_text="#101010",
            focus="#9cc4ff", border="#9a9a9a", progress="#2f5a94",
        ),
        "high-contrast": Colours(
            window="#000000", text="#ffffff", field="#000000", field_text="#ffffff",
            button="#000000", button_text="#ffff00", selected="#ffff00", selected_text="#000000",
            focus="#00ffff", border="#ffffff", progress="#0000c0",
        ),
    }
)  # fmt: skip

_BASE_FONT_POINTS = 11.0

ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"


def chosen_theme(app: QApplication, theme: Theme) -> Theme:
    """The theme itself, or for ``system`` what the desktop asks for."""
    if theme != "system":
        return theme
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "high-contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def motion_is_reduced(app: QApplication, wish: ReduceMotion) -> bool:
    """Whether nothing may move on the screen."""
    if wish != "system":
        return wish == "on"
    # Qt tells since 6.12, by an enumeration that older versions do not have.
    preference = getattr(app.styleHints().accessibility(), "motionPreference", None)
    return preference is not None and "Reduced" in str(preference())


def apply_theme(app: QApplication, settings: Settings) -> None:
    """Give all windows, open ones too, the person's colours, text size and movement."""
    colours = THEMES[chosen_theme(app, settings.theme)]
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    font = app.font()
    font.setPointSizeF(_BASE_FONT_POINTS * settings.text_scale / 100)
    app.setFont(font)
    app.setStyleSheet(_style_sheet(colours))
    moves = not motion_is_reduced(app, settings.reduce_motion)
    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_FadeTooltip):
        app.setEffectEnabled(effect, moves)
    app.setCursorFlashTime(1000 if moves else 0)


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = {
        role.Window: colours.window, role.WindowText: colours.text,
        role.Base: colours.field, role.AlternateBase: colours.window, role.Text: colours.field_text,
        role.PlaceholderText: colours.field_text,
        role.Button: colours.button, role.ButtonText: colours.button_text,
        role.Highlight: colours.selected, role.HighlightedText: colours.selected_text,
        role.ToolTipBase: colours.field, role.ToolTipText: colours.field_text,
        role.Link: colours.focus, role.LinkVisited: colours.focus, role.Accent: colours.focus,
        # Fusion draws frames, tick boxes and scroll bars with these.
        role.Light: colours.border, role.Midlight: colours.border, role.Mid: colours.border,
        role.Dark: colours.border, role.Shadow: colours.border,
    }  # fmt: skip
    for name, colour in pairs.items():
        palette.setColor(name, QColor(colour))
    for name in (role.ButtonText, role.WindowText, role.Text):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.border))
    return palette


def _style_sheet(colours: Colours) -> str:
    """Frames that Fusion draws too faintly: around controls, and around what has the focus."""
    framed = "QPushButton, QLineEdit, QPlainTextEdit, QListView"
    focused = ", ".join(f"{name.strip()}:focus" for name in framed.split(","))
    choices = "QComboBox, QSpinBox"
    return (
        f"{framed} {{ border: 1px solid {colours.border}; border-radius: 4px; padding: 5px;"
        f" margin: 2px; }}"
        f"QPushButton {{ background: {colours.button}; color: {colours.button_text}; padding: 5px 12px; }}"
        f"QPushButton:disabled {{ color: {colours.border}; border-style: dashed; }}"
        f"{focused} {{ border: 3px solid {colours.focus}; margin: 0px; }}"
        f"{choices} {{ border: 1px solid {colours.border}; border-radius: 4px; padding: 5px;"
        f" background: {colours.field}; color: {colours.field_text}; }}"
        f"QCheckBox, QRadioButton, QSlider {{ border: 3px solid transparent; }}"
        f"QCheckBox:focus, QRadioButton:focus, QSlider:focus, QComboBox:focus, QSpinBox:focus"
        f" {{ border: 3px solid {colours.focus}; }}"
        f"QGroupBox {{ border: 1px solid {colours.border}; border-radius: 4px; margin-top: 1.2em; }}"
        f"QGroupBox::title {{ subcontrol-origin: margin; left: 8px; }}" + _marks(colours) + _bars(colours)
    )


def _marks(colours: Colours) -> str:
    """Ticks and arrows; once a control has a frame of a style sheet, Qt draws none of its own."""
    field_ink = "light" if QColor(colours.field).lightness() < 128 else "dark"
    tick_ink = "light" if QColor(colours.selected).lightness() < 128 else "dark"
    return (
        f"QCheckBox::indicator {{ width: 1em; height: 1em; border: 2px solid {colours.border};"
        f" background: {colours.field}; }}"
        f"QCheckBox::indicator:checked {{ background: {colours.selected};"
        f" image: url({_icon('check', tick_ink)}); }}"
        f"QComboBox::drop-down {{ border: none; width: 1.6em; }}"
        f"QComboBox::down-arrow {{ width: 0.8em; height: 0.8em; image: url({_icon('down', field_ink)}); }}"
        f"QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 1.6em; }}"
        f"QSpinBox::up-arrow {{ width: 0.7em; height: 0.7em; image: url({_icon('up', field_ink)}); }}"
        f"QSpinBox::down-arrow {{ width: 0.7em; height: 0.7em; image: url({_icon('down', field_ink)}); }}"
    )


def _bars(colours: Colours) -> str:
    """Scroll bars and progress bars; Fusion mixes their frames from the window's colour, black from black."""
    return (
        f"QProgressBar {{ border: 1px solid {colours.border}; border-radius: 4px; padding: 3px;"
        f" background: {colours.field}; color: {colours.field_text}; text-align: center; }}"
        f"QProgressBar::chunk {{ background: {colours.progress}; }}"
        f"QScrollBar {{ background: {colours.window}; border: 1px solid {colours.border}; }}"
        f"QScrollBar:vertical {{ width: 16px; }}"
        f"QScrollBar:horizontal {{ height: 16px; }}"
        f"QScrollBar::handle {{ background: {colours.border}; min-height: 24px; min-width: 24px; }}"
        f"QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}"
        f"QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}"
    )


def _icon(name: str, ink: str) -> str:
    return (ICONS / f"{name}-{ink}.svg").as_posix()
