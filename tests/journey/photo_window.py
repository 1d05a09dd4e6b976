"""Another program: shows a picture. ``photo_window.py PICTURE TITLE LEFT TOP WIDTH HEIGHT``."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel


def main() -> int:
    """Show the window until the process is killed."""
    picture, title, *numbers = sys.argv[1:]
    app = QApplication([])
    label = QLabel()
    label.setWindowTitle(title)
    label.setScaledContents(True)
    label.setPixmap(QPixmap(picture))
    label.setGeometry(*map(int, numbers))
    label.show()
    label.activateWindow()
    sys.stdout.write("shown\n")
    sys.stdout.flush()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
