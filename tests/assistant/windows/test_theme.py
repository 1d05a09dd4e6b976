"""Every pair of colours that stand on one another can be told apart by weak eyes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from assistant.settings import Settings
from assistant.windows.theme import THEMES, apply_theme, chosen_theme, motion_is_reduced


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    mixed = QColor(colour)
    return 0.2126 * linear(mixed.redF()) + 0.7152 * linear(mixed.greenF()) + 0.0722 * linear(mixed.blueF())


def linear(channel: float) -> float:
    """A channel of sRGB, 0 to 1, without its gamma."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_contrast(theme: str) -> None:
    colours = THEMES[theme]  # type: ignore[index]
    pairs = [
        (colours.text, colours.window),
        (colours.field_text, colours.field),
        (colours.button_text, colours.button),
        (colours.selected_text, colours.selected),
        (colours.text, colours.button),
        (colours.field_text, colours.progress),
    ]
    assert min(contrast(*pair) for pair in pairs) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_frames_and_focus_can_be_seen(theme: str) -> None:
    """Parts of controls need 3 : 1 (WCAG 1.4.11)."""
    colours = THEMES[theme]  # type: ignore[index]
    for background in (colours.window, colours.field):
        assert contrast(colours.border, background) >= 3
        assert contrast(colours.focus, background) >= 3


def test_text_grows_to_200_percent(qapp: QApplication) -> None:
    sizes = []
    for scale in (100, 150, 200):
        apply_theme(qapp, Settings(text_scale=scale))
        sizes.append(qapp.font().pointSizeF())
    assert sizes == [11.0, 16.5, 22.0]
    apply_theme(qapp, Settings())


def test_the_persons_choice_goes_before_the_desktops(qapp: QApplication) -> None:
    assert chosen_theme(qapp, "high-contrast") == "high-contrast"
    assert chosen_theme(qapp, "system") in THEMES
    assert motion_is_reduced(qapp, "on")
    assert not motion_is_reduced(qapp, "off")
