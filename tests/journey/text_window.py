"""Another program: shows a text in an editor, or nothing but black. ``text_window.py TITLE [TEXT]``."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QPlainTextEdit


def main() -> int:
    """Show the window over the whole screen until the process is killed."""
    title, *text = sys.argv[1:]
    app = QApplication([])
    editor = QPlainTextEdit()
    editor.setWindowTitle(title)
    font = QFont("Noto Sans")
    font.setPixelSize(16)
    editor.setFont(font)
    editor.setFrameShape(QPlainTextEdit.Shape.NoFrame)
    editor.setCursorWidth(0)
    editor.setStyleSheet("background: white; color: black" if text else "background: black")
    editor.setPlainText("".join(text))
    editor.showFullScreen()
    editor.activateWindow()
    sys.stdout.write("shown\n")
    sys.stdout.flush()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
