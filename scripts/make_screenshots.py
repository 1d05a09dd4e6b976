"""Pictures of every window in every look: ``python -m scripts.make_screenshots`` writes ``docs/screenshots``.

Drawn by Qt on a screen it makes up; nothing is described.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from assistant.description import Description
from assistant.settings import Settings
from assistant.windows.main_window import MainWindow
from assistant.windows.qt_texts import install_qt_texts
from assistant.windows.theme import apply_theme
from tests.assistant.windows.gallery import CAPTION, DESKTOP_PX, MESSAGES, PICTURE, WINDOWS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

LOOKS = {
    "light": Settings(theme="light"),
    "dark": Settings(theme="dark"),
    "high-contrast": Settings(theme="high-contrast"),
    "200-percent": Settings(theme="light", text_scale=200),
}


def main() -> int:
    """Draw and save every window; returns 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = _app_with_screen(Path(folder) / "screens.json")
        texts = install_qt_texts(app, MESSAGES)
        for look, settings in LOOKS.items():
            apply_theme(app, settings)
            for name, build in WINDOWS.items():
                window = build(Path(folder, look, name))
                _save(window, FOLDER / f"{name}-{look}.png")
        app.removeTranslator(texts)
    return 0


def _app_with_screen(file: Path) -> QApplication:
    """Qt with a screen of the size of the desktop in the gallery; its own made-up screen is much smaller.

    Args:
        file: where the screen is described to Qt.
    """
    width, height = DESKTOP_PX
    screen = {"name": "1", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"
    return QApplication(sys.argv)


def _save(window: QWidget, file: Path) -> None:
    if isinstance(window, MainWindow):
        window.show_description(Description(PICTURE, CAPTION, MESSAGES.spoken(CAPTION)))
    window.show()
    QApplication.processEvents()
    window.grab().save(str(file))
    window.hide()


if __name__ == "__main__":
    sys.exit(main())
