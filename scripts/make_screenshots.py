"""Pictures of every window in every look: ``python -m scripts.make_screenshots`` writes ``docs/screenshots``.

Drawn by Qt without a screen. Needs the embedded model's package only for the texts; nothing is described.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from assistant.describing import Description
from assistant.settings import Settings
from assistant.windows.main_window import MainWindow
from assistant.windows.theme import apply_theme
from tests.assistant.windows.test_lint import CAPTION, MESSAGES, PICTURE, WINDOWS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

LOOKS = {
    "light": Settings(theme="light"),
    "dark": Settings(theme="dark"),
    "high-contrast": Settings(theme="high-contrast"),
    "200-percent": Settings(theme="light", text_scale=200),
}


def main() -> int:
    """Draw and save every window; returns 0."""
    app = QApplication(sys.argv)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for look, settings in LOOKS.items():
        apply_theme(app, settings)
        for name, build in WINDOWS.items():
            with tempfile.TemporaryDirectory() as folder:
                window = build(Path(folder))
                if isinstance(window, MainWindow):
                    window.show_description(Description(PICTURE, CAPTION, MESSAGES.spoken(CAPTION)))
                    window.resize(900, 800)
                window.show()
                app.processEvents()
                window.grab().save(str(FOLDER / f"{name}-{look}.png"))
                window.hide()
    return 0


if __name__ == "__main__":
    sys.exit(main())
